import type { AppealView, DecidedRelease, DriftView, ProbeRunView, QueueEntry, ReleaseDetail } from '@handfast/contract'
import { Command } from 'commander'
import { printable, processStreams, type Streams, table, tell, UsageError } from './say.ts'
import { type PlaceFlags, withPlace } from './settings-options.ts'

type Flags = PlaceFlags & { readonly json?: boolean; readonly as?: string }
type Decide = Flags & {
  readonly approve?: boolean
  readonly reject?: boolean
  readonly changes?: boolean
  readonly reason: string
  readonly ground?: string
}
type Answer = Flags & { readonly grant?: boolean; readonly deny?: boolean; readonly reason: string }

/** `handfast review …`: the queue, and everything that a reviewer does with it. */
export function reviewCommand(streams: Streams = processStreams): Command {
  const command = new Command('review').description('what waits for a review, with evidence and decisions')
  const sub = (name: string) =>
    withPlace(command.command(name)).option('--as <email>', 'the reviewer; without it the first operator').option('--json', 'print JSON')

  sub('queue')
    .description('what waits for a decision, the riskiest first')
    .action(async ({ json = false, ...flags }: Flags) => {
      await using desk = await open(flags)
      const items = await desk.house.all<QueueEntry>('/api/v1/review/queue', desk.as)
      const rows = items.map((one) => [
        one.position,
        one.risk,
        one.connector.slug,
        one.number,
        one.submittedAt,
        one.claimedUntil === null ? '-' : `until ${one.claimedUntil}`,
        `${one.agreedBy.length}/${one.reviewersNeeded}`,
        one.because[0]?.why,
      ])
      tell(
        streams,
        json,
        { items },
        table(['PLACE', 'RISK', 'CONNECTOR', 'RELEASE', 'HANDED IN', 'IN HAND', 'YES', 'MAINLY BECAUSE'], rows) || 'nothing waits\n',
      )
    })

  sub('show')
    .description('a release with its findings, attestations and where it stands')
    .argument('<connector>', 'short name')
    .argument('<number>', 'number of the release')
    .action(async (slug: string, number: string, { json = false, ...flags }: Flags) => {
      await using desk = await open(flags)
      const one = await desk.house.ask<ReleaseDetail>(at(slug, number), { as: desk.as })
      tell(streams, json, one, shown(one))
      process.exitCode = one.findings.some(({ severity, dismissed }) => severity === 'blocks' && dismissed === null) ? 1 : 0
    })

  sub('claim')
    .description('take a release in hand, so that nobody else decides about it meanwhile')
    .argument('<connector>', 'short name')
    .argument('<number>', 'number of the release')
    .option('--give-back', 'give it back to the queue instead')
    .action(async (slug: string, number: string, { json = false, giveBack = false, ...flags }: Flags & { readonly giveBack?: boolean }) => {
      await using desk = await open(flags)
      const place = at(slug, number, '/claim')
      if (giveBack) {
        await desk.house.ask(place, { method: 'DELETE', as: desk.as })
        tell(
          streams,
          json,
          { connector: slug, number: Number(number), claimedUntil: null },
          `release ${number} of ${printable(slug)} is back in the queue\n`,
        )
        return
      }
      const one = await desk.house.ask<ReleaseDetail>(place, { method: 'POST', body: {}, as: desk.as })
      tell(streams, json, one, `release ${number} of ${printable(slug)} is in your hand until ${one.claimedUntil}\n`)
    })

  sub('decide')
    .description('approve a release, send it back for changes, or reject it')
    .argument('<connector>', 'short name')
    .argument('<number>', 'number of the release')
    .option('--approve', 'it goes live at once, or waits for a second reviewer')
    .option('--changes', 'the developer is to change something and hand in another one')
    .option('--reject', 'it is turned down')
    .option('--reason <text>', 'the facts; the developer reads them', '')
    .option('--ground <code>', 'why, for a no; without it `review-finding`')
    .action(async (slug: string, number: string, { json = false, approve, reject, changes, reason, ground, ...flags }: Decide) => {
      const chosen = [approve && 'approve', changes && 'request-changes', reject && 'reject'].filter((one) => typeof one === 'string')
      if (chosen.length !== 1) throw new UsageError('Say one of --approve, --changes and --reject.')
      await using desk = await open(flags)
      const { digest } = await desk.house.ask<ReleaseDetail>(at(slug, number), { as: desk.as })
      const body = { decision: chosen[0], digest, reason, ...(ground === undefined ? {} : { ground }) }
      const { outcome } = await desk.house.ask<DecidedRelease>(at(slug, number, '/decision'), { method: 'POST', body, as: desk.as })
      tell(
        streams,
        json,
        { connector: slug, number: Number(number), digest, outcome },
        `release ${number} of ${printable(slug)}: ${words[outcome]}\n`,
      )
    })

  sub('dismiss')
    .description('put a finding aside, with a reason')
    .argument('<connector>', 'short name')
    .argument('<number>', 'number of the release')
    .argument('<finding>', 'key of the finding, or the beginning of it')
    .requiredOption('--reason <text>', 'why; the developer and later reviewers read it')
    .action(async (slug: string, number: string, finding: string, { json = false, reason, ...flags }: Flags & { readonly reason: string }) => {
      await using desk = await open(flags)
      const { findings } = await desk.house.ask<ReleaseDetail>(at(slug, number), { as: desk.as })
      const fitting = findings.filter(({ key }) => key.startsWith(finding))
      const [one] = fitting
      if (one === undefined || fitting.length > 1) throw new UsageError(`${fitting.length} findings begin with ${finding}. Name exactly one.`)
      const changed = await desk.house.ask<ReleaseDetail>(at(slug, number, '/dismissals'), {
        method: 'POST',
        body: { finding: one.key, reason },
        as: desk.as,
      })
      tell(streams, json, changed, `put aside: ${one.rule}  ${printable(one.message)}\n`)
    })

  sub('probe')
    .description('have a release tried, and show what was found the last time')
    .argument('<connector>', 'short name')
    .argument('<number>', 'number of the release')
    .option('--show', 'only show how far it is and what was found')
    .action(async (slug: string, number: string, { json = false, show = false, ...flags }: Flags & { readonly show?: boolean }) => {
      await using desk = await open(flags)
      const place = at(slug, number, '/probes')
      if (!show) await desk.house.ask(place, { method: 'POST', body: {}, as: desk.as })
      const found = await desk.house.ask<{ readonly items: readonly ProbeRunView[]; readonly evidence: unknown }>(place, { as: desk.as })
      const rows = found.items.map(({ at: asked, state, step, done, total }) => [asked, state, `${done}/${total}`, step])
      const evidence = found.evidence === null ? '' : `${JSON.stringify(found.evidence, null, 2).split('\n').map(printable).join('\n')}\n`
      tell(streams, json, found, `${table(['ASKED FOR', 'STATE', 'STEPS', 'NOW'], rows)}${show ? evidence : ''}`)
    })

  watching(sub, streams)
  appealing(sub, streams)
  return command
}

function watching(sub: (name: string) => Command, streams: Streams): void {
  sub('drift')
    .description('where live connectors differ from what was reviewed')
    .action(async ({ json = false, ...flags }: Flags) => {
      await using desk = await open(flags)
      const items = await desk.house.all<DriftView>('/api/v1/review/drift', desk.as)
      tell(
        streams,
        json,
        { items },
        table(
          ['SEEN', 'TOOL', 'EFFECT', 'WHAT'],
          items.map((one) => [one.lastSeenAt, one.tool, one.effect, one.detail]),
        ) || 'nothing drifted\n',
      )
      process.exitCode = items.length > 0 ? 1 : 0
    })

  sub('rescan')
    .description('have a live connector asked again what its tools are')
    .argument('<connector>', 'short name')
    .action(async (slug: string, { json = false, ...flags }: Flags) => {
      await using desk = await open(flags)
      await desk.house.ask(`/api/v1/connectors/${encodeURIComponent(slug)}/rescan`, { method: 'POST', body: {}, as: desk.as })
      tell(
        streams,
        json,
        { connector: slug, asked: true },
        `${printable(slug)} is looked at again; see: handfast connector status ${printable(slug)}\n`,
      )
    })
}

function appealing(sub: (name: string) => Command, streams: Streams): void {
  sub('appeals')
    .description('appeals that wait for an answer')
    .action(async ({ json = false, ...flags }: Flags) => {
      await using desk = await open(flags)
      const items = await desk.house.all<AppealView>('/api/v1/review/appeals', desk.as)
      const rows = items.map((one) => [one.id, one.dueAt, one.about.kind, one.reason])
      tell(streams, json, { items }, table(['APPEAL', 'DUE', 'ABOUT', 'REASON'], rows) || 'no appeal waits\n')
    })

  sub('appeal')
    .description('answer an appeal; in public, somebody else than whoever decided')
    .argument('<connector>', 'short name')
    .argument('<appeal>', 'its id')
    .option('--grant', 'it was right: what was decided is taken back')
    .option('--deny', 'it was not')
    .requiredOption('--reason <text>', 'why; the developer reads it')
    .action(async (slug: string, id: string, { json = false, grant = false, deny = false, reason, ...flags }: Answer) => {
      if (grant === deny) throw new UsageError('Say one of --grant and --deny.')
      await using desk = await open(flags)
      const place = `/api/v1/connectors/${encodeURIComponent(slug)}/appeals/${encodeURIComponent(id)}/answer` as const
      const answered = await desk.house.ask<AppealView>(place, { method: 'POST', body: { grant, reason }, as: desk.as })
      const same = answered.sameDecider ? '; the same person had decided before, and the record says so' : ''
      tell(streams, json, answered, `the appeal was ${grant ? 'granted' : 'denied'}${same}\n`)
    })
}

const words: Readonly<Record<DecidedRelease['outcome'], string>> = {
  approve: 'it is live',
  agree: 'a first yes; a second, different reviewer has to agree',
  reject: 'it is turned down',
  'request-changes': 'it is sent back for changes',
}

function shown(one: ReleaseDetail): string {
  const head = [
    `release ${one.number} is ${one.state}${one.selfReviewed ? ', by a self-review' : ''}`,
    `digest ${one.digest}`,
    one.claimedUntil === null ? 'nobody has it in hand' : `in hand until ${one.claimedUntil}`,
    `${one.agreedBy.length} of ${one.reviewersNeeded} said yes`,
  ]
  const risk = one.risk === null ? [] : [`risk ${one.risk.score}:`, ...one.risk.because.map(({ why, points }) => `  ${points}  ${printable(why)}`)]
  const attested = one.attestations === null ? [] : [`attested ${one.attestations.how}: ${one.attestations.made.map(({ id }) => id).join(', ')}`]
  const rows = one.findings.map(({ key, severity, rule, pointer, message, dismissed }) => [
    key.slice(0, 12),
    dismissed === null ? severity : 'aside',
    rule,
    pointer,
    message,
  ])
  return `${[...head, ...risk, ...attested].join('\n')}\n${table(['KEY', 'SEVERITY', 'RULE', 'WHERE', 'WHAT'], rows)}`
}

function at(slug: string, number: string, rest = ''): `/api/v1/${string}` {
  if (!/^[1-9]\d{0,8}$/.test(number)) throw new UsageError(`"${printable(number)}" is not the number of a release.`)
  return `/api/v1/connectors/${encodeURIComponent(slug)}/releases/${number}${rest}`
}

async function open({ as, ...flags }: Flags) {
  const { House } = await import('./house.ts')
  const house = await House.open(flags)
  const who = as === undefined ? await house.operator() : await house.user(as)
  return { house, as: who, [Symbol.asyncDispose]: () => house[Symbol.asyncDispose]() }
}
