import type { AgreementView, Removal, Withheld } from '@handfast/contract'
import { codeOf, given, reasoned, type SubCommand } from './connector-steering.ts'
import { openHouse } from './open-house.ts'
import { printable, type Streams, table, tell, UsageError } from './say.ts'
import type { PlaceFlags } from './settings-options.ts'

type Flags = PlaceFlags & { readonly json?: boolean; readonly as?: string }
type Reasoned = Flags & { readonly reason: string; readonly ground?: string }
type Ending = Reasoned & { readonly endsAt?: string; readonly withheldUntil?: string }
type Look = Flags & { readonly reason: string; readonly tell?: boolean; readonly withheldUntil?: string }

/** `handfast connector agreement|give-notice|…`: the agreement about a connector, and its end. */
export function agreementCommands(sub: SubCommand, streams: Streams): void {
  sub('agreement')
    .description('show where the agreement about a connector stands, what ends it, and what lives on')
    .argument('<connector>', 'short name')
    .action(async (slug: string, { json = false, as, ...flags }: Flags) => {
      await using house = await openHouse(flags)
      const of = await house.ask<AgreementView>(pathOf(slug, 'agreement'), as === undefined ? {} : { as: await house.user(as) })
      tell(streams, json, of, described(of))
    })

  const ending = (name: string, path: string, description: string) =>
    reasoned(sub(name))
      .description(description)
      .argument('<connector>', 'short name')
      .action(async (slug: string, { json = false, as, reason, ground, endsAt, withheldUntil, ...flags }: Ending) => {
        await using house = await openHouse(flags)
        const body = { reason, ...codeOf(ground), ...given({ endsAt, withheldUntil }) }
        const who = as === undefined ? {} : { as: await house.user(as) }
        const of = await house.ask<AgreementView>(pathOf(slug, path), { method: 'POST', body, ...who })
        tell(streams, json, of, described(of))
      })
  ending('give-notice', 'notice', 'end the agreement with at least 30 times 24 hours of notice; calls work until then').option(
    '--ends-at <time>',
    'a later end than 30 days from now',
  )
  ending('ask-withdrawal', 'notice/withdraw', 'ask to take back a notice that you gave')
  ending('agree-withdrawal', 'notice/agree', 'agree that the other side takes its notice back')
  ending('end', 'end', 'end the agreement at once, with a ground that allows it').option(
    '--withheld-until <time>',
    'a law forbids telling why (ground "law"): when that is looked at again',
  )

  sub('removals')
    .description('list connectors that are gone: since when, and why in public words')
    .action(async ({ json = false, ...flags }: Flags) => {
      await using house = await openHouse(flags)
      const items = await house.all<Removal>('/api/v1/removals')
      const rows = items.map((one) => [one.slug, one.name, one.since, one.why])
      tell(streams, json, { items }, table(['CONNECTOR', 'NAME', 'SINCE', 'WHY'], rows))
    })

  sub('withheld')
    .description('list decisions whose reason a law forbade to tell, and when that is looked at again')
    .action(async ({ json = false, ...flags }: Flags) => {
      await using house = await openHouse(flags)
      const items = await house.all<Withheld>('/api/v1/withheld-reasons')
      const rows = items.map((one) => [one.decision.id, one.slug, one.decision.kind, one.lookedAtAgain])
      tell(streams, json, { items }, table(['DECISION', 'CONNECTOR', 'WHAT', 'LOOKED AT AGAIN'], rows))
    })

  sub('look-again')
    .description('say whether a withheld reason may be told now')
    .argument('<decision>', 'as `connector withheld` says')
    .requiredOption('--reason <text>', 'what was found; it stands in the record')
    .option('--tell', 'it may be told, and is told now')
    .option('--withheld-until <time>', 'it may not be told yet: when that is looked at again')
    .action(async (id: string, { json = false, reason, tell: tells = false, withheldUntil, ...flags }: Look) => {
      if (tells === (withheldUntil !== undefined)) throw new UsageError('Say either --tell or --withheld-until TIME.')
      await using house = await openHouse(flags)
      const body = { reason, tell: tells, ...given({ withheldUntil }) }
      await house.ask(`/api/v1/decisions/${encodeURIComponent(id)}/look-again`, { method: 'POST', body })
      tell(streams, json, { id, told: tells }, `${printable(id)} ${tells ? 'is told now' : 'stays withheld'}\n`)
    })
}

function pathOf(slug: string, rest: string): `/api/v1/${string}` {
  return `/api/v1/connectors/${encodeURIComponent(slug)}/${rest}`
}

function described(of: AgreementView): string {
  const head = [
    ['connector', of.slug],
    ['state', of.state],
    ['since', of.since],
    ['ends', of.endsAt ?? '-'],
  ]
  const notices = of.notices.map((one) => [one.by, one.givenAt, one.endsAt, one.withdrawalAskedAt ?? '-', one.statement?.ground ?? '-'])
  const deletions = of.deletions.map((one) => [one.deletes, one.dueAt, one.hold === null ? (one.doneAt ?? 'waits') : `held: ${one.hold}`, one.count])
  const survives = of.survives.map((one) => [one.clause, one.permits])
  return [
    head.map(([name, value]) => `${(name ?? '').padEnd(10)}${printable(value ?? '')}\n`).join(''),
    table(['NOTICE BY', 'GIVEN', 'ENDS', 'ASKED TO TAKE BACK', 'GROUND'], notices),
    table(['LIVES ON', 'WHAT IT PERMITS'], survives),
    table(['DELETED', 'DUE', 'DONE', 'HOW MANY'], deletions),
  ]
    .filter((part) => part !== '')
    .join('\n')
}
