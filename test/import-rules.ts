/** One row of "who may import whom" (design: the house), the packages written out. */
export interface Layer {
  readonly name: string;
  readonly files: RegExp;
  /** Other layers; files of the same layer may always be imported. */
  readonly layers: readonly string[];
  /** Layers of which types only. */
  readonly types?: readonly string[];
  /** Packages and `node:` modules. */
  readonly packages: RegExp;
}

const NONE = /^$/;
const ZOD = /^zod$/;

/** The first row whose pattern fits a file is its layer. */
export const LAYERS: readonly Layer[] = [
  { name: 'stats', files: /^shared\/stats\//, layers: [], packages: NONE },
  { name: 'errors', files: /^shared\/(errors|refusal)\.ts$/, layers: [], packages: NONE },
  // How every layer words what a schema refuses.
  { name: 'errors', files: /^shared\/describe-issue\.ts$/, layers: [], packages: ZOD },
  { name: 'journey', files: /^shared\/journey\.ts$/, layers: [], packages: NONE },
  {
    name: 'domain',
    files: /^shared\/domain\//,
    layers: ['stats', 'errors'],
    packages: /^(zod|@noble\/hashes\/.+)$/,
  },
  { name: 'ports', files: /^shared\/ports\//, layers: [], types: ['domain'], packages: NONE },
  {
    name: 'adapters',
    files: /^shared\/adapters\//,
    layers: ['ports', 'domain', 'errors'],
    packages:
      /^(node:(zlib|fs|path|stream|crypto)(\/promises)?|@aws-sdk\/.+|@aws-crypto\/sha256-js|@smithy\/signature-v4|csv-parse|hyparquet|hyparquet-writer|parquetjs-lite(\/lib\/compression\.js)?|@duckdb\/node-api|onnxruntime-node|vega|vega-lite|yaml)$/,
  },
  // Settings are parsed into the domain's schemas; the files themselves are config/*.json and package.json.
  { name: 'config', files: /^shared\/config\//, layers: ['domain', 'errors', 'settings'], packages: ZOD },
  { name: 'settings', files: /^(config\/.+|package)\.json$/, layers: [], packages: NONE },
  {
    name: 'observability',
    files: /^shared\/observability\//,
    layers: ['errors'],
    packages: /^(node:zlib|@middy\/core|@aws-lambda-powertools\/.+|aws-lambda|zod)$/,
  },
  {
    name: 'models',
    files: /^models\//,
    layers: ['domain', 'stats', 'ports', 'errors'],
    packages: /^(node:.+|zod|koffi|protobufjs|onnxruntime-node)$/,
  },
  // A worker is an entry of its own: it starts a model family's worker and says nothing else.
  { name: 'worker', files: /^functions\/[^/]+\/[^/]+\.worker\.ts$/, layers: ['models'], packages: NONE },
  // What several handlers of one stage are put together of (`.wiring.ts`) may know what they know.
  {
    name: 'handler',
    files: /^functions\/[^/]+\/[^/]+\.(handler|wiring)\.ts$/,
    layers: ['use-case', 'adapters', 'models', 'config', 'observability', 'domain', 'errors', 'journey'],
    types: ['ports'],
    packages: /^(node:.+|@aws-sdk\/.+|@middy\/core|aws-lambda|zod)$/,
  },
  // A container's entry point: it hands the input of its job to a handler.
  {
    name: 'job',
    files: /^functions\/[^/]+\/[^/]+\.job\.ts$/,
    layers: ['handler', 'use-case', 'adapters', 'config'],
    packages: /^(node:.+|@aws-sdk\/.+|aws-lambda)$/,
  },
  // A model server's entry point: it hands what it is sent to a use-case.
  {
    name: 'server',
    files: /^functions\/[^/]+\/[^/]+\.server\.ts$/,
    layers: ['use-case', 'adapters', 'models', 'errors'],
    packages: /^node:.+$/,
  },
  // zod: a use-case may state the shape of its own request.
  {
    name: 'use-case',
    files: /^functions\//,
    layers: ['domain', 'ports', 'errors', 'journey'],
    packages: ZOD,
  },
  {
    name: 'infra',
    files: /^infra\//,
    layers: ['journey', 'settings'],
    packages: /^(aws-cdk-lib(\/.+)?|constructs|cdk-nag|esbuild|node:.+)$/,
  },
  { name: 'layers', files: /^layers\//, layers: [], packages: /^node:.+$/ },
  { name: 'local', files: /^local\//, layers: [], packages: /^(?!aws-cdk-lib|constructs|@aws-sdk|@middy)/ },
  { name: 'simulator', files: /^simulator\//, layers: ['domain', 'stats', 'errors'], packages: NONE },
  // Who checks an answer gives it again himself, with the code that gave it (decision 0045).
  {
    name: 'cli',
    files: /^cli\/replay\//,
    layers: ['use-case', 'models', 'domain', 'ports', 'adapters', 'config', 'errors'],
    packages: /^(node:.+|@aws-sdk\/.+)$/,
  },
  {
    name: 'cli',
    files: /^cli\//,
    layers: ['domain', 'ports', 'adapters', 'config', 'errors', 'journey', 'simulator', 'local', 'settings'],
    packages: /^(node:.+|commander|zod|@aws-sdk\/.+)$/,
  },
  // The TypeScript client, and what writes its types from the API's own document.
  {
    name: 'clients',
    files: /^clients\/typescript\//,
    layers: ['adapters'],
    types: ['ports'],
    packages: NONE,
  },
  // The TypeScript client, and what writes its types from the API's own document.
  {
    name: 'clients',
    files: /^clients\/typescript\//,
    layers: ['adapters'],
    types: ['ports'],
    packages: NONE,
  },
  // Pages that are generated: they describe the code and nothing runs them but a person or a test.
  {
    name: 'docs',
    files: /^docs\//,
    layers: ['domain', 'config', 'journey', 'settings'],
    packages: /^node:.+$/,
  },
  { name: 'console', files: /^console\//, layers: ['journey'], types: ['domain'], packages: NONE },
];

/**
 * The domain's nouns, each with those it comes after; it may import them and whatever they come after. Features, risk
 * and scoring cannot reach labels, outcomes or evaluation: look-ahead is blocked by structure.
 */
export const DOMAIN_GRAPH: Readonly<Record<string, readonly string[]>> = {
  market: [],
  lake: ['market'],
  features: ['lake'],
  labels: ['features'],
  datasets: ['labels'],
  training: ['datasets'],
  risk: ['features'],
  scoring: ['risk'],
  audit: ['scoring'],
  outcomes: ['audit'],
  drift: ['outcomes'],
  health: ['drift'],
  alerts: ['health'],
  backtest: ['risk', 'training'],
  evaluation: ['backtest'],
  promotion: ['evaluation'],
  broker: ['audit', 'backtest'],
};

/** The nouns that a noun may import: all before it along the graph. */
export function nounsBefore(noun: string): Set<string> {
  const before = new Set<string>();
  for (const parent of DOMAIN_GRAPH[noun] ?? []) {
    before.add(parent);
    for (const further of nounsBefore(parent)) before.add(further);
  }
  return before;
}

/** What pure code must not touch, after comments are gone. */
export const IMPURE: readonly RegExp[] = [
  /\bDate\.now\b/,
  /\bnew Date\(\s*\)/,
  /\bMath\.random\b/,
  /\bperformance\.now\b/,
  /\bcrypto\.(getRandomValues|randomUUID)\b/,
  /\bprocess\s*[.[]/,
  /['"]node:/,
];
