// lib/subgroups.wgsl
//
//   Lets the kernel behind it speak to its subgroup. Stands before every other library.

enable subgroups;
