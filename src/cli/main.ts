const [command] = process.argv.slice(2);
console.log("Usage: dps finetune|devices [options]");
process.exitCode = command === undefined || command === "--help" ? 0 : 1;
