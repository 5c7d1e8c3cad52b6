import type { ConnectorDetail, ConnectorSummary, DirectoryDetail, SubmittedRelease } from '@handfast/contract'
import { Command } from 'commander'
import { agreementCommands } from './connector-agreement.ts'
import { connectorCheck } from './connector-check.ts'
import { connectorClient } from './connector-client.ts'
import { developerCommands } from './connector-developer.ts'
import { connectorRules } from './connector-rules.ts'
import { steeringCommands } from './connector-steering.ts'
import { openHouse } from './open-house.ts'
import { printable, processStreams, type Streams, table, tell, UsageError } from './say.ts'
import { type PersonFlags, withPerson } from './settings-options.ts'

type Flags = PersonFlags
type HandIn = Flags & {
  readonly openapi?: string
  readonly overlay?: string
  readonly listingKeyEnv?: string
  readonly attest?: readonly string[]
  readonly assessment?: string
  readonly reviewerKeyEnv?: string
  readonly approve?: boolean
}
type AddFlags = HandIn & { readonly developer?: string; readonly country?: string; readonly acceptTerms?: boolean }
type EnableFlags = Flags & { readonly for?: string; readonly yes?: boolean }
type KeyFlags = Flags & { readonly env?: string; readonly file?: string; readonly shared?: boolean; readonly for?: string }

/** `handfast connector …`: from a manifest to something that can be called, and back. */
export function connectorCommand(streams: Streams = processStreams): Command {
  const command = new Command('connector').description('connectors: make, hand in, approve, enable, stop')
  const sub = (name: string) => withPerson(command.command(name))
  const handingIn = (name: string) =>
    sub(name)
      .argument('<manifest>', 'YAML file that declares the connector')
      .option(
        '--openapi <file>',
        'the OpenAPI document, or a folder or archive of several; without it, it is fetched from `document` of the manifest',
      )
      .option('--overlay <file>', 'an OpenAPI Overlay, kept beside the untouched document')
      .option('--listing-key-env <variable>', 'variable with a key for MCP servers that list their tools to known callers only')
      .option('--attest <ids...>', 'what you attest to, by id, or `all`; in the public profile it has to be said')
      .option('--assessment <name>', 'which self-assessment of your security goes with it')
      .option('--reviewer-key-env <variable>', 'variable with the key of a test account for the reviewers')
      .option('--approve', 'approve what was handed in; in the house profile a self-review, and recorded as one')

  connectorCheck(command.command('check'), streams)
  connectorRules(command.command('rules'), streams)

  handingIn('add')
    .description('make a connector from a manifest and hand its first release in')
    .option('--developer <name>', 'the organisation that publishes it; made where there is none')
    .option('--country <code>', 'where that organisation is established: two capital letters')
    .option('--accept-terms', 'you have read the terms in force and accept them for that organisation')
    .action(async (file: string, { json = false, ...flags }: AddFlags) => {
      const { addConnector } = await import('./add-connector.ts')
      report(streams, json, await addConnector(file, flags))
    })

  handingIn('submit')
    .description('hand a new release of a connector in')
    .action(async (file: string, { json = false, ...flags }: HandIn) => {
      const { submitConnector } = await import('./add-connector.ts')
      report(streams, json, await submitConnector(file, flags))
    })

  sub('list')
    .description('list the connectors')
    .action(async ({ json = false, ...flags }: Flags) => {
      await using house = await openHouse(flags)
      const items = await house.all<ConnectorSummary>('/api/v1/connectors')
      const rows = items.map((one) => [one.slug, one.name, one.kind, one.status, one.tools])
      tell(streams, json, { items }, table(['CONNECTOR', 'NAME', 'KIND', 'STATUS', 'TOOLS'], rows))
    })

  sub('show')
    .description('show a connector: what it receives, its tools, its releases')
    .argument('<connector>', 'short name')
    .action(async (slug: string, { json = false, ...flags }: Flags) => {
      await using house = await openHouse(flags)
      const one = await house.ask<ConnectorDetail>(`/api/v1/connectors/${encodeURIComponent(slug)}`)
      tell(streams, json, one, described(one))
    })

  sub('approve')
    .description('approve a release, which makes it live at once')
    .argument('<connector>', 'short name')
    .argument('[number]', 'number of the release; without it the newest that waits')
    .option('--reason <text>', 'why; it stands in the record', '')
    .action(async (slug: string, number: string | undefined, { json = false, reason, ...flags }: Flags & { readonly reason: string }) => {
      const { approveRelease, releaseToDecide } = await import('./publishing.ts')
      await using house = await openHouse(flags)
      const release = await releaseToDecide(house, slug, number === undefined ? undefined : Number(number))
      const approved = (await approveRelease(house, slug, release, reason)).outcome === 'approve'
      const state = approved ? 'is live' : 'waits for a second reviewer'
      tell(streams, json, { connector: slug, ...release, approved }, `release ${release.number} of ${printable(slug)} ${state}\n`)
    })

  steeringCommands(sub, streams)
  agreementCommands(sub, streams)

  sub('enable')
    .description('enable a connector for a person who has read its privacy notice')
    .argument('<connector>', 'short name')
    .option('--for <email>', 'the person; without it whoever --as names')
    .option('--yes', 'the person has read the notice and agrees')
    .action(async (slug: string, { json = false, yes = false, for: email, ...flags }: EnableFlags) => {
      const { enableFor } = await import('./publishing.ts')
      await using house = await openHouse(flags)
      const user = email === undefined ? await house.acting() : await house.user(email)
      if (!yes) {
        const seen = await house.ask<DirectoryDetail>(`/api/v1/directory/${encodeURIComponent(slug)}`, { as: user })
        streams.err(notice(seen))
        throw new UsageError('Nothing was enabled. Say --yes when the person has read this and agrees.')
      }
      const changed = await enableFor(house, slug, user)
      tell(streams, json, { connector: slug, user, enabled: true, changed }, `${printable(slug)} ${changed ? 'is' : 'was already'} enabled\n`)
    })

  connectorClient(sub('client'), streams)
  developerCommands(command, sub, streams)

  sub('key')
    .description('give the key that a connector needs; it is sealed and never shown again')
    .argument('<connector>', 'short name')
    .option('--env <variable>', 'variable that holds the key')
    .option('--file <file>', 'file that holds the key')
    .option('--shared', 'for calls of everybody who gave no key of their own')
    .option('--for <email>', 'the person whose key it is; without it whoever --as names')
    .action(async (slug: string, { json = false, env, file, shared = false, for: email, ...flags }: KeyFlags) => {
      const { readSecret } = await import('./read-secret.ts')
      if ((env === undefined) === (file === undefined)) throw new UsageError('Say where the key is: --env VARIABLE or --file FILE.')
      const secret = readSecret(env === undefined ? { file: file ?? '' } : { env }, process.cwd())
      await using house = await openHouse(flags)
      const as = email === undefined || shared ? await house.acting() : await house.user(email)
      const path = shared
        ? (`/api/v1/connectors/${encodeURIComponent(slug)}/shared-credential` as const)
        : (`/api/v1/directory/${encodeURIComponent(slug)}/credential` as const)
      const state = await house.ask<object>(path, { method: 'PUT', body: { secret }, as })
      tell(streams, json, { connector: slug, ...state }, `${printable(slug)} has its key\n`)
    })
  return command
}

type HandedIn = SubmittedRelease & { readonly connector: string; readonly approved: boolean }

/** Ends with 1 where something stands in the way of approving. */
function report(streams: Streams, json: boolean, release: HandedIn): void {
  const findings = release.findings.map(({ severity, rule, message }) => `${severity}  ${rule}  ${printable(message)}\n`)
  const left = release.left.map(({ tool, reason }) => `left out  ${printable(tool)}  ${printable(reason)}\n`)
  const state = release.approved ? 'is live' : 'waits for a review: handfast connector approve'
  const head = `release ${release.number} of ${release.connector} with ${release.tools} tools ${state}${release.approved ? '' : ` ${release.connector}`}\n`
  tell(streams, json, release, `${findings.join('')}${left.join('')}${head}`)
  process.exitCode = release.findings.some(({ severity }) => severity === 'blocks') ? 1 : 0
}

function described(one: ConnectorDetail): string {
  const tools = one.toolList.map((tool) => [tool.name, tool.effect, tool.consequential ? 'asks' : '-', tool.title])
  const releases = (one.inside?.releases ?? []).map((release) => [
    release.number,
    release.createdAt,
    release.decidedAt ?? 'waits',
    release.digest.slice(0, 12),
  ])
  const facts = [
    ['name', one.name],
    ['kind', one.kind],
    ['status', one.statusReason === null ? one.status : `${one.status}: ${one.statusReason}`],
    ['address', one.inside?.url ?? '-'],
    ['receives', one.receives.join('; ') || 'nothing that is personal'],
    ['key', one.credential],
  ]
  const head = facts.map(([name, value]) => `${(name ?? '').padEnd(10)}${printable(value ?? '')}\n`).join('')
  return [head, table(['TOOL', 'EFFECT', 'APPROVAL', 'TITLE'], tools), table(['RELEASE', 'HANDED IN', 'DECIDED', 'DIGEST'], releases)]
    .filter((part) => part !== '')
    .join('\n')
}

function notice({ name, receives, privacyNotice }: DirectoryDetail): string {
  const lines = (privacyNotice?.text ?? '').split('\n').map((line) => `  ${printable(line)}\n`)
  return `${printable(name)} receives: ${printable(receives.join('; ')) || 'nothing that is personal'}\nPrivacy notice:\n${lines.join('')}\n`
}
