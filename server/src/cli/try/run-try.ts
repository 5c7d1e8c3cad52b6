import { once as happens } from 'node:events'
import { type CreatedToken, clientConfigurations } from '@handfast/contract'
import { loadSettings } from '../../config/index.ts'
import { createEgress } from '../../egress/index.ts'
import { readSecret } from '../read-secret.ts'
import { type ExitCode, jsonLine, printable, type Streams, UsageError } from '../say.ts'
import { listenForSignals } from '../serve-until-stopped.ts'
import { settingsFlags } from '../settings-options.ts'
import type { TryFlags } from '../try.ts'
import { type Asking, askAtTerminal } from './ask.ts'
import { traceOf } from './ledger-trace.ts'
import { decideCall, makeCall, toolsOf } from './make-call.ts'
import { openHouse } from './open-house.ts'
import { asSetting, type OwnAddress, ownAddress } from './own-address.ts'
import { countryOf, operatorOf } from './person.ts'
import { type Agreement, agreementFor, enable, publish, publisher } from './publish.ts'
import { KeyNeededError, lookAt, type Source } from './source.ts'
import { callText, configurationText } from './texts.ts'

/**
 * From an API to a first governed call, in one go. Each step is what the console would do, through the same API.
 * Ends with 1 where the call was not answered or nobody said which to make.
 * @throws UsageError, refusals
 */
export async function runTry(place: string, flags: TryFlags, streams: Streams): Promise<ExitCode> {
  const { json = false, yes = false, once = false } = flags
  const asking = askAtTerminal(json)
  const say = (text: string) => (json ? undefined : streams.out(`${text}\n`))
  const stopping = new AbortController()

  say(`Looking at ${place}`)
  const { source, key, own } = await findSource(place, flags, asking)
  say(
    `  ${source.kind === 'mcp' ? 'an MCP server' : 'an OpenAPI document'}: ${printable(source.title ?? 'without a title')}; calls go to ${source.url}`,
  )
  if (own !== null) say(`  ${own.host}:${own.ports[0]} is on this machine: opened by name ("${own.name}") for this Handfast, and nothing else`)

  // Asked before anything is made, since a no to all of it should leave nothing behind.
  if (!yes && !asking.present) throw new UsageError(`Nothing was done. Say --yes if you agree: ${consequences(source).join('; ')}.`)

  say('Opening Handfast')
  listenForSignals(() => stopping.abort(), streams)
  await using opened = await openHouse(flags, own)
  const { house, url, startedHere } = opened
  say(`  ${url}${startedHere ? '' : ', which runs already'}; data in ${house.settings.data}`)
  const operator = await operatorOf(house)
  if (operator.link !== null) say(`  nobody ran it yet, so an operator was made. Sign in to the console once with this link: ${operator.link}`)

  const agreement = await agreementFor(house)
  await requireYes(agreement, source, flags, asking, say)
  say('Publishing it')
  const developer = await publisher(house, countryOf(flags.country))
  const { slug, release, decidedAs } = await publish(house, developer, source, flags.slug, key)
  say(`  connector ${slug}, release ${release.number} with ${release.tools} tools, digest ${release.digest.slice(0, 16)}`)
  for (const { severity, rule, message } of release.findings) say(`  ${severity}  ${rule}  ${printable(message)}`)
  if (release.left.length > 0) say(`  ${release.left.length} operations were left out; handfast openapi inspect says why`)
  say(`  approved by yourself: recorded as ${decidedAs.join(', ')}`)
  await enable(house, slug, operator.id, key)
  say(`  enabled for you${key === null ? '' : '; your key is sealed'}`)

  const made = { name: `try ${slug}`, assistant: 'My assistant' }
  const { secret: token } = await house.ask<CreatedToken>('/api/v1/tokens', { method: 'POST', body: made, as: operator.id })
  const endpoint = `${url}/mcp`
  const configurations = clientConfigurations(endpoint, token)
  say(configurationText(configurations))

  const call = await decideCall(await toolsOf(house, slug, release.number), flags, asking)
  const told = call === null ? null : await makeCall(house, `${url}/mcp/${slug}`, token, call, operator.id, yes, asking)
  const trace = told === null ? null : await traceOf(house, slug, operator.id)
  const ok = told !== null && told.result['isError'] !== true
  say(callText(call, told, trace))
  if (json) {
    const { kind, title } = source
    const connector = {
      slug,
      release: release.number,
      digest: release.digest,
      tools: release.tools,
      findings: release.findings,
      left: release.left,
      decidedAs,
    }
    const made =
      call === null || told === null
        ? null
        : { tool: call.tool.name, arguments: call.arguments, result: told.result, refusal: told.refusal, ...trace }
    const from = { place, kind, title, url: source.url }
    streams.out(jsonLine({ ok, url, endpoint, startedHere, source: from, opened: own, operator, connector, token, configurations, call: made }))
  }
  if (once || !startedHere) return ok ? 0 : 1
  const later = own === null ? '' : `\nTo reach ${own.host}:${own.ports[0]} at later starts too: ${asSetting(own)} handfast serve`
  say(`Serving ${url}. Ctrl-C stops it; the data stays in ${house.settings.data}.${later}`)
  if (!stopping.signal.aborted) await happens(stopping.signal, 'abort')
  return ok ? 0 : 1
}

type Found = { readonly source: Source; readonly key: string | null; readonly own: OwnAddress | null }

/** What there is at the place, with the key that it asks for. @throws UsageError, refusals */
async function findSource(place: string, flags: TryFlags, asking: Asking): Promise<Found> {
  const { allowInternal } = loadSettings(settingsFlags(flags))
  const given = flags.keyEnv === undefined ? (flags.key ?? null) : readSecret({ env: flags.keyEnv }, '.')
  const own = ownAddress(place, 'try')
  const egress = createEgress({ allow: [...allowInternal.map(toRule), ...(own === null ? [] : [own])] })
  try {
    const look = (key: string | null) => lookAt(place, { egress, server: flags.server?.replace(/\/+$/, ''), key })
    const found = await look(given).catch(async (error: unknown) => {
      if (!(error instanceof KeyNeededError)) throw error
      const key = await askForKey(error.message, asking)
      return { ...(await look(key)), key }
    })
    const key = 'key' in found ? found.key : given
    const source: Source = key !== null && found.credential.type === 'none' ? { ...found, credential: { type: 'bearer' } } : found
    const needsKey = source.credential.type !== 'none' && key === null
    return {
      source,
      key: needsKey ? await askForKey(`${source.title ?? place} asks for a key (${source.credential.type}).`, asking) : key,
      own: ownAddress(source.url, 'try'),
    }
  } finally {
    await egress.close()
  }
}

function toRule({ name, host, ports }: { readonly name: string; readonly host: string; readonly ports?: readonly number[] | undefined }) {
  return ports === undefined ? { name, host } : { name, host, ports }
}

/** @throws UsageError where nobody can be asked */
async function askForKey(why: string, asking: Asking): Promise<string> {
  if (!asking.present) throw new UsageError(`${why} Give it with --key-env VARIABLE or --key KEY.`)
  return (await asking.secret(`${why} Your key:`)).trim()
}

/** What going on means, each of it in the person's own name, even where that person is alone. */
function consequences(source: Source, agreement?: Agreement): readonly string[] {
  const documents = agreement?.documents.map(({ document, label, sha256 }) => `${document} ${label} (${sha256.slice(0, 12)})`)
  return [
    agreement?.alreadyAccepted === true
      ? 'the terms in force, which you accepted before, hold'
      : `you accept the terms in force as its developer${documents === undefined ? '' : `: ${documents.join(', ')}; their words lie in ${agreement?.folder}`}`,
    'you review your own release, and it is recorded as a self-review',
    `you agree that ${new URL(source.url).host} receives the arguments of each call`,
  ]
}

/** @throws UsageError where nobody agrees, or nobody is there to ask */
async function requireYes(
  agreement: Agreement,
  source: Source,
  { yes = false }: TryFlags,
  asking: Asking,
  say: (text: string) => void,
): Promise<void> {
  say(
    `Going on means, in your name:\n${consequences(source, agreement)
      .map((line) => `  - ${line}`)
      .join('\n')}`,
  )
  if (!yes && !(await asking.agrees('Go on?'))) throw new UsageError('Nothing was published.')
}
