import { join, resolve } from 'node:path'
import { z } from 'zod'
import { mailProblems, mailSettings } from './mail-settings.ts'
import { nearest } from './nearest.ts'
import { reportSettings } from './report-settings.ts'
import { reviewSettings } from './review-settings.ts'
import { SettingsError, type SettingsProblem } from './settings-error.ts'
import { roleList, signInProviders } from './sign-in-settings.ts'

const port = z.coerce.number().int().min(0).max(65_535)
const yes = z.union([z.boolean(), z.enum(['true', 'false', '1', '0']).transform((text) => text === 'true' || text === '1')])
const list = z.union([
  z.array(z.string()),
  z.string().transform((text) =>
    text
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== ''),
  ),
])
const origin = z.string().refine((text) => {
  const url = URL.parse(text)
  return url !== null && (url.protocol === 'https:' || url.protocol === 'http:') && url.origin === text.replace(/\/$/, '')
}, 'has to be an origin such as https://connect.example.org, without a path')

const keyService = origin.refine((text) => {
  const url = URL.parse(text)
  return url?.protocol === 'https:' || url?.hostname === 'localhost' || url?.hostname === '127.0.0.1' || url?.hostname === '[::1]'
}, 'has to be https, but for an agent on this machine')

const internalRule = z.strictObject({ name: z.string().min(1), host: z.string().min(1), ports: z.array(port).optional() })
/** In the environment: `name=host[:port]`, separated by commas. */
const internalRules = z.union([
  z.array(internalRule),
  z.string().transform((text, context) =>
    text
      .split(',')
      .filter((part) => part.trim() !== '')
      .map((part) => {
        const found = /^\s*([\w-]+)=([^\s:]+|\[[^\]]+\])(?::(\d+))?\s*$/.exec(part)
        if (found === null) {
          context.addIssue({ code: 'custom', message: `"${part}" is not of the form name=host or name=host:port` })
          return z.NEVER
        }
        return { name: found[1] ?? '', host: found[2] ?? '', ...(found[3] === undefined ? {} : { ports: [Number(found[3])] }) }
      }),
  ),
])

/** Every setting: its name in the YAML file, its shape, its default, and what it is for. The environment variable is `HANDFAST_` and the name in capitals. */
const shape = z.strictObject({
  data: z.string().min(1).default('./data').describe('Folder for the database, the keys and the logs of notices'),
  host: z.string().min(1).default('127.0.0.1').describe('Address to listen on; 0.0.0.0 for all of them'),
  port: port.default(4400).describe('Port to listen on'),
  publicUrl: origin.optional().describe('The one origin that people and assistants use; links, cookies and allowed hosts derive from it'),
  trustedProxies: list.default([]).describe('Addresses or networks of proxies whose forwarded headers are believed; never guessed'),
  databaseUrl: z
    .string()
    .regex(/^postgres(ql)?:\/\//, 'has to begin with postgres://')
    .optional()
    .describe('PostgreSQL to use instead of the SQLite file'),
  masterKey: z.string().optional().describe('Master keys in base64, newest first, instead of the key file'),
  masterKeyFile: z.string().optional().describe('File with the master keys; made at the first start in the data folder where absent'),
  transitUrl: keyService.optional().describe('Address of a HashiCorp Vault or OpenBao whose transit engine wraps the master keys'),
  transitMount: z
    .string()
    .regex(/^[\w-]+(\/[\w-]+)*$/, 'has to be the path of a mount, such as transit')
    .default('transit')
    .describe('Where the transit engine is mounted there'),
  transitKey: z.string().min(1).default('handfast').describe('Name of the key in the transit engine'),
  transitNamespace: z.string().min(1).optional().describe('Namespace of the transit engine, where there are any'),
  transitToken: z.string().min(1).optional().describe('Token for the transit engine; a file is better, since an agent can renew it'),
  transitTokenFile: z.string().min(1).optional().describe('File with the token for the transit engine; read again for each request'),
  transitCaFile: z.string().min(1).optional().describe('Certificate authority of the transit engine in PEM, where it is not a public one'),
  transitCacheHours: z.coerce
    .number()
    .min(0.1)
    .max(8_760)
    .default(24)
    .describe('How long a running process goes on while the transit engine is away; afterwards it stops calling'),
  transitOpensOnly: yes.default(false).describe('The transit engine only opens what it wrapped, and the key file makes new keys: the way back'),
  metricsHost: z.string().default('127.0.0.1').describe('Address for /metrics'),
  metricsPort: port.optional().describe('Port for /metrics; the port above plus one where absent'),
  logLevel: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info').describe('How much is logged'),
  instanceName: z.string().min(1).max(80).default('Handfast').describe('What this installation is called on its pages'),
  operatorName: z.string().min(1).default('The operator of this Handfast').describe('Legal name that the terms carry'),
  operatorAddress: z.string().default('the address that the operator made known').describe('Postal address that the terms carry'),
  operatorLaw: z.string().default('the law of the place where the operator is established').describe('Law that the terms name'),
  operatorCourts: z.string().default('the courts of that place').describe('Where disputes go, as the terms say'),
  operatorNoticesTo: z.string().default('the address above').describe('Where notices to the operator are sent'),
  termsPack: z
    .string()
    .min(1)
    .default('default')
    .describe('The terms that developers accept: `default`, `house` (short, for one company or person), or the path of a pack of your own'),
  ...mailSettings,
  operatorEurope: z
    .strictObject({ name: z.string().min(1), address: z.string(), law: z.string(), courts: z.string() })
    .optional()
    .describe('Contracting entity for developers in the European Economic Area and Switzerland, where it is another one; in the file only'),
  ...reportSettings,
  attestAdults: yes
    .default(true)
    .describe(
      'You say that only adults use this Handfast, unless you said something else about somebody. Off: who is of unknown age cannot enable what has an age rating',
    ),
  allowInternal: internalRules.default([]).describe('Internal APIs that may be reached, each by name'),
  callTimeoutSeconds: z.coerce.number().min(1).max(600).default(60).describe('Longest time that a connector may take for a call'),
  maxRequestBytes: z.coerce
    .number()
    .int()
    .min(1024)
    .max(64 * 1024 * 1024)
    .default(4 * 1024 * 1024)
    .describe('Largest request that is read'),
  maxAnswerBytes: z.coerce
    .number()
    .int()
    .min(1024)
    .max(256 * 1024 * 1024)
    .default(10 * 1024 * 1024)
    .describe('Largest answer that is read from a connector'),
  callsPerSecond: z.coerce.number().min(0.1).default(10_000).describe('Calls a second to one connector whose developer declared no limit'),
  concurrentCalls: z.coerce.number().int().min(1).default(1_000).describe('Calls at once to one connector whose developer declared no limit'),
  ...reviewSettings,
  toolSearchFrom: z.coerce
    .number()
    .int()
    .min(0)
    .max(100_000)
    .default(0)
    .describe('With more tools than that, the list at /mcp begins with a tool that searches the others; 0: never'),
  sseConnectors: yes.default(false).describe('Whether connectors that speak only the HTTP+SSE transport of 2024 may be reached'),
  publicRegistry: yes.default(false).describe('Whether /registry lists the connectors that all may use to callers without a token as well'),
  assistantRegistration: yes.default(true).describe('Whether assistants may register themselves (RFC 7591); each still needs a person to let it in'),
  assistantUnusedDays: z.coerce
    .number()
    .int()
    .min(1)
    .max(3_650)
    .default(30)
    .describe('Days after which an assistant that registered itself and that nobody uses is forgotten'),
  assistantHosts: list
    .default([])
    .describe('Hosts whose assistants may name themselves by an address there, such as claude.ai or *.example.com; all where empty'),
  accessTokenMinutes: z.coerce
    .number()
    .int()
    .min(1)
    .max(60)
    .default(60)
    .describe('How long an access token of an assistant lasts before it is renewed'),
  staySignedInDays: z.coerce
    .number()
    .int()
    .min(1)
    .max(365)
    .default(30)
    .describe('Days without use after which an assistant has to be connected again'),
  sessionIdleMinutes: z.coerce.number().int().min(5).max(43_200).default(720).describe('After so many minutes without use, people sign in again'),
  sessionLongestHours: z.coerce
    .number()
    .int()
    .min(1)
    .max(2_160)
    .default(168)
    .describe('After so many hours, people sign in again however busy they were'),
  secondFactorRoles: roleList.default([]).describe('Whoever holds one of these roles needs more than a password: a passkey, or a code as well'),
  signInProviders: signInProviders.default([]).describe('OpenID providers through which people sign in; in the file only'),
  dangerouslyAllowPrivateAddresses: yes.default(false).describe('Development only: opens loopback and private networks to every connector'),
  dangerouslyAllowLastingYesForDestructive: yes.default(false).describe('Lets people approve destructive tools for an hour or by condition'),
  movableClock: yes.default(false).describe('Development only: the clock can be moved through the API'),
})

export type RawSettings = z.infer<typeof shape>

/** The settings that everything is built from. */
export type Settings = Omit<RawSettings, 'publicUrl' | 'masterKeyFile' | 'metricsPort'> & {
  /** Without a trailing slash. Where none is set: the loopback address and the port that was really taken. */
  readonly publicUrl: string | undefined
  readonly masterKeyFile: string
  readonly metricsPort: number
  readonly databaseFile: string
}

export type SettingName = keyof RawSettings

/** The name of a setting as an environment variable: `publicUrl` is `HANDFAST_PUBLIC_URL`. */
export function variableOf(name: string): string {
  return `HANDFAST_${name.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`
}

/** Name, meaning and default of every setting, for `--help` and the documentation. */
export function describeSettings(): readonly {
  readonly name: string
  readonly variable: string
  readonly description: string
  readonly byDefault: unknown
}[] {
  const schema = z.toJSONSchema(shape, { io: 'input', unrepresentable: 'any' }) as {
    properties: Record<string, { description?: string; default?: unknown }>
  }
  return Object.entries(schema.properties).map(([name, { description, default: byDefault }]) => ({
    name,
    variable: variableOf(name),
    description: description ?? '',
    byDefault,
  }))
}

/** Variables that are not settings: they say where the settings are, or belong to the launcher and the tests. */
const NOT_SETTINGS = new Set([
  'HANDFAST_CONFIG',
  'HANDFAST_LAUNCHED',
  'HANDFAST_TEST_POSTGRES_URL',
  'HANDFAST_URL',
  'HANDFAST_TOKEN',
  'HANDFAST_SOAK',
  'HANDFAST_SEED',
])

/**
 * Decides the settings: flags outrank the environment, which outranks the file. All problems are reported at once, each with where it stands and its fix.
 * @throws SettingsError
 */
export function decideSettings(sources: {
  readonly flags: Readonly<Record<string, unknown>>
  readonly environment: Readonly<Record<string, string>>
  readonly file: { readonly path: string; readonly content: unknown } | undefined
}): Settings {
  const names = Object.keys(shape.shape)
  const problems: SettingsProblem[] = []
  const merged: Record<string, unknown> = {}
  const from = new Map<string, string>()
  if (sources.file !== undefined) {
    const { path, content } = sources.file
    if (typeof content !== 'object' || content === null || Array.isArray(content))
      problems.push({ where: path, what: 'is not a list of names and values', fix: 'Write one setting a line, such as port: 4400' })
    else {
      for (const [name, value] of Object.entries(content)) {
        if (!names.includes(name)) problems.push({ where: `${path}: ${name}`, what: 'is not a setting', fix: nearest(name, names) })
        else {
          merged[name] = value
          from.set(name, `${path}: ${name}`)
        }
      }
    }
  }
  for (const [variable, value] of Object.entries(sources.environment)) {
    if (NOT_SETTINGS.has(variable)) continue
    const name = names.find((each) => variableOf(each) === variable)
    if (name === undefined) problems.push({ where: variable, what: 'is not a setting', fix: nearest(variable, names.map(variableOf)) })
    else {
      merged[name] = value
      from.set(name, variable)
    }
  }
  for (const [name, value] of Object.entries(sources.flags)) {
    if (value === undefined) continue
    merged[name] = value
    from.set(name, `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`)
  }
  const parsed = shape.safeParse(merged)
  for (const issue of parsed.error?.issues ?? []) {
    const name = String(issue.path[0] ?? '')
    const more = issue.path.slice(1).map(String).join('.')
    const description = shape.shape[name as SettingName]?.description ?? ''
    problems.push({ where: `${from.get(name) ?? name}${more === '' ? '' : `.${more}`}`, what: issue.message, fix: description })
  }
  problems.push(...(parsed.success ? mailProblems(parsed.data) : []))
  if (!parsed.success || problems.length > 0) throw new SettingsError(problems)
  const settings = parsed.data
  const data = resolve(settings.data)
  return {
    ...settings,
    data,
    publicUrl: settings.publicUrl?.replace(/\/$/, ''),
    masterKeyFile: settings.masterKeyFile ?? join(data, 'master.key'),
    metricsPort: settings.metricsPort ?? (settings.port === 0 ? 0 : settings.port + 1),
    databaseFile: join(data, 'handfast.db'),
  }
}
