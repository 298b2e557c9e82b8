// Answers SPARQL queries with Comunica: node comunica.cjs < {"graph": "graph.nt", "queries": ["SELECT ..."]}
// writes one JSON line per query: {"rows": [[cell, ...], ...]} or {"error": "..."}; a cell is [kind, value, datatype].
// Run from a folder in which @comunica/query-sparql-rdfjs-lite and n3 are installed.
const fs = require("node:fs");
const path = require("node:path");
const { createRequire } = require("node:module");

const here = createRequire(path.join(process.cwd(), "package.json"));
const { QueryEngine } = here("@comunica/query-sparql-rdfjs-lite");
const { Parser, Store } = here("n3");

function cell(term) {
  if (!term) return null;
  return term.termType === "Literal" ? ["literal", term.value, term.datatype.value] : ["iri", term.value, null];
}

async function answer(engine, store, query) {
  const found = await engine.query(query, { sources: [store] });
  const { variables } = await found.metadata();
  const names = variables.map((v) => (v.variable ?? v).value);
  const rows = await (await found.execute()).toArray();
  return { columns: names, rows: rows.map((row) => names.map((name) => cell(row.get(name)))) };
}

async function main() {
  const asked = JSON.parse(fs.readFileSync(0, "utf8"));
  const store = new Store(new Parser().parse(fs.readFileSync(asked.graph, "utf8")));
  const engine = new QueryEngine();
  for (const query of asked.queries) {
    const started = process.hrtime.bigint();
    const found = await answer(engine, store, query).catch((error) => ({ error: String(error) }));
    found.seconds = Number(process.hrtime.bigint() - started) / 1e9;
    process.stdout.write(`${JSON.stringify(found)}\n`);
  }
}

main();
