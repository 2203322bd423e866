// lib/attention_mask.wgsl
//
//   sees(query, key), sees_four(queries, keys) -> whether a query of a sequence may attend to a key of it, both counted
//   from its first token
//
// Every key, or under CAUSAL those that stand no later than the query.
// Source: Vaswani et al. 2017, section 3.2.3.
override CAUSAL: bool = false;

fn sees(query: u32, key: u32) -> bool { return !CAUSAL || key <= query; }

fn sees_four(queries: vec4u, keys: vec4u) -> vec4<bool> { return (keys <= queries) | vec4<bool>(!CAUSAL); }
