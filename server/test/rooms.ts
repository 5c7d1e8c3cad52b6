/** Every domain room may keep tables, seal fields, set deadlines and leave a trace. */
const base = ['lib', 'telemetry', 'storage', 'sealing', 'schedule', 'ledger'] as const

/**
 * Who may import whom under server/src: the architecture as data. A room stands here once it is built, and a change to a row states its reason
 * in the commit. `contract` and the version of the package are open to all; app.ts, main.ts and cli/ put rooms together and may import every room.
 */
export const mayImport: Readonly<Record<string, readonly string[]>> = {
  lib: [],
  telemetry: ['lib'],
  config: ['lib'],
  egress: ['lib', 'telemetry'],
  protocol: ['lib'],
  storage: ['lib', 'telemetry'],
  sealing: ['lib', 'storage'],
  schedule: ['lib', 'storage'],
  ledger: ['lib', 'telemetry', 'storage', 'sealing'],
  // master keys may come from a service, and each change of them leaves a trace; sealing itself knows neither
  keys: [...base, 'egress'],
  upstream: ['lib', 'telemetry', 'egress', 'protocol'],
  // what people are told, and its words where they stand on the web
  notices: [...base, 'egress'],
  consent: base,
  // files between people and APIs, sealed under the person's key
  files: base,
  history: base,
  limits: base,
  people: [...base, 'egress'],
  // their contacts are verified by notices
  developers: [...base, 'egress', 'notices'],
  // changed terms are told to whoever accepted the ones before
  terms: [...base, 'notices'],
  // what a platform file declared has to be remembered somewhere, to see what the next one changes
  platform: base,
  // an end, a suspension and a pause are told, with their ground
  lifecycle: [...base, 'notices'],
  // reports, complaints and holds are told to whoever is concerned; security.txt is read at its address
  incidents: [...base, 'egress', 'notices'],
  // a standing says which notice is in force
  directory: [...base, 'egress', 'protocol', 'notices'],
  // opens for a permit only, and permits are the consent room's
  vault: [...base, 'consent', 'egress'],
  // an OAuth client that knows no person and no connector, and keeps nothing
  'oauth-client': ['lib', 'telemetry', 'egress'],
  // tries a credential at the connector before it counts
  links: [...base, 'egress', 'oauth-client', 'vault', 'consent', 'upstream'],
  review: [...base, 'directory', 'lifecycle', 'terms', 'notices', 'egress', 'protocol', 'upstream', 'vault'],
  // all tokens live here, personal ones too
  authorization: [...base, 'people', 'egress'],
  gateway: [
    ...base,
    'files',
    'notices',
    'protocol',
    'upstream',
    'authorization',
    'directory',
    'lifecycle',
    'terms',
    'consent',
    'vault',
    'links',
    'limits',
    'history',
  ],
  // runs what it is handed; which room's handler does what is app.ts's to say
  jobs: ['lib', 'telemetry', 'storage', 'schedule'],
  // the doors to the outside know every room, but never a table: parse, one call into a room, render
  http: ['*', '!storage', '!jobs'],
  cli: ['*'],
  // a process apart: the gateway starts nothing, so nothing of it is here
  runner: ['lib'],
  // halves of app.ts: which rooms are built together
  assembly: ['*'],
  'app.ts': ['*'],
  'main.ts': ['*'],
  'version.ts': [],
}

/** Open to every room. */
export const openToAll: readonly string[] = ['version.ts']

/** Where rooms are entered: `<room>/index.ts`, and these where one folder holds several things that know nothing of each other. */
export const innerDoors: readonly string[] = [
  'protocol/mcp/index.ts',
  'protocol/openapi/index.ts',
  'protocol/openapi/reading.ts',
  'ledger/verify/index.ts',
]

/** Folders that import Node's own modules and themselves, so that they can be read, and trusted, without the rest. */
export const standAlone: readonly string[] = ['ledger/verify']

/** Modules and globals that open connections. */
export const networkModules: readonly string[] = [
  'undici',
  'pg',
  'nodemailer',
  'ws',
  'node:http',
  'node:https',
  'node:http2',
  'node:net',
  'node:tls',
  'node:dns',
  'node:dns/promises',
  'node:dgram',
]
export const networkCalls: readonly string[] = ['fetch', 'WebSocket', 'EventSource', 'XMLHttpRequest']

/** Who may use them besides egress/, and why that is no second way out. */
export const networkExceptions: readonly { readonly under: string; readonly uses: readonly string[]; readonly because: string }[] = [
  { under: 'http/', uses: ['node:http'], because: 'serves; connects to nobody' },
  { under: 'runner/', uses: ['node:http'], because: 'serves its own gateway; connects to nobody' },
  { under: 'storage/', uses: ['pg'], because: 'the database that the operator configured' },
  { under: 'notices/', uses: ['nodemailer', 'node:tls'], because: 'the mail server that the operator configured' },
  { under: 'cli/', uses: ['fetch', 'node:http'], because: "the command line talks to the operator's own server, and doctor looks at its doors" },
]

/** Loads that name their module by an expression, and what they load. */
export const computedImports: readonly { readonly file: string; readonly loads: string }[] = [
  { file: 'cli/demo/run-demo.ts', loads: 'examples/demo/, in the repository only: it needs packages that hosts do not install' },
  { file: 'cli/serve-until-stopped.ts', loads: 'scripts/build-console.ts, in the repository only' },
]

export const MOST_LINES = 300
/** A test file is a list of promises, read one at a time. */
export const MOST_LINES_OF_TESTS = 600
/** Files that may be longer, and why. */
export const longFiles: readonly { readonly under: string; readonly because: string }[] = [
  { under: 'contract/src/api/index.ts', because: 'one list of all shapes' },
  { under: 'server/src/storage/schema.ts', because: 'one list of all tables' },
  { under: 'server/src/storage/migrations/', because: 'a migration is one step, numbered and never edited once released' },
]
