import type { PartyCheckView, PartyRulesView } from '@handfast/contract'
import { type Command, Option } from 'commander'
import { openHouse, organisation } from './open-house.ts'
import { printable, type Streams, table, tell } from './say.ts'
import { type PersonFlags, withPerson } from './settings-options.ts'

type Flags = PersonFlags
type OnFlags = Flags & { readonly jurisdiction: string; readonly basis: string; readonly decider: readonly string[]; readonly keepDays?: string }
type DecideFlags = Flags & { readonly source: string; readonly entry: string; readonly verdict: string; readonly reason: string }

/** `handfast developer checks …`: comparing organisations with lists, off until the operator named law, basis and decider. */
export function partyChecks(parent: Command, streams: Streams): void {
  const checks = parent.command('checks').description('party checks: organisations and declared owners against denied-party lists and embargoes')
  const sub = (name: string) => withPerson(checks.command(name))

  sub('rules')
    .description('show whether they are on, under which law, and who decides')
    .action(async ({ json = false, ...flags }: Flags) => {
      await using house = await openHouse(flags)
      const rules = await house.ask<PartyRulesView>('/api/v1/party-checks/rules')
      const words = rules.enabled
        ? `on, under ${rules.inForce?.jurisdiction}: ${rules.inForce?.legalBasis}`
        : 'off: nothing is compared, and no list is read'
      tell(streams, json, rules, `${printable(words)}\n`)
    })

  sub('on')
    .description('switch them on')
    .requiredOption('--jurisdiction <text>', 'under which law organisations are compared')
    .requiredOption('--basis <text>', 'what allows or demands it there')
    .requiredOption('--decider <emails...>', 'accounts that decide about what is found')
    .option('--keep-days <days>', 'how long records without a match are kept')
    .action(async ({ json = false, jurisdiction, basis, decider, keepDays, ...flags }: OnFlags) => {
      await using house = await openHouse(flags)
      const deciders = await Promise.all(decider.map((email) => house.user(email)))
      const body = { enabled: true, jurisdiction, legalBasis: basis, deciders, ...(keepDays === undefined ? {} : { keepDays: Number(keepDays) }) }
      const rules = await house.ask<PartyRulesView>('/api/v1/party-checks/rules', { method: 'PUT', body })
      tell(streams, json, rules, 'party checks are on; hand in a list: handfast developer lists import\n')
    })

  sub('off')
    .description('switch them off: lists are deleted, and nothing is compared')
    .action(async ({ json = false, ...flags }: Flags) => {
      await using house = await openHouse(flags)
      const rules = await house.ask<PartyRulesView>('/api/v1/party-checks/rules', { method: 'PUT', body: { enabled: false } })
      tell(streams, json, rules, 'party checks are off\n')
    })

  sub('list')
    .description('what was compared and found; ends with 1 where something waits for a person')
    .option('--of <organisation>', 'of one organisation, by id or name')
    .option('--open', 'only what waits for a person')
    .action(async ({ json = false, of, open = false, ...flags }: Flags & { readonly of?: string; readonly open?: boolean }) => {
      await using house = await openHouse(flags)
      const query = new URLSearchParams({ open: String(open), ...(of === undefined ? {} : { developer: await organisation(house, of) }) })
      const items = await house.all<PartyCheckView>(`/api/v1/party-checks?${query}`)
      const rows = items.flatMap((check) =>
        (check.matches.length === 0 ? [undefined] : check.matches).map((match) => [
          check.id,
          check.developer,
          check.party,
          check.answer,
          match?.source,
          match?.entry,
          match?.listedName,
          match?.score,
          match?.verdict,
        ]),
      )
      tell(streams, json, { items }, table(['CHECK', 'ORGANISATION', 'PARTY', 'ANSWER', 'LIST', 'ENTRY', 'LISTED NAME', 'ALIKE', 'DECIDED'], rows))
      if (items.some((check) => check.answer !== 'no-list-match' && check.settledAt === null)) process.exitCode = 1
    })

  sub('decide')
    .description('say whether a match is the same party, and why')
    .argument('<check>', 'as `checks list` says')
    .requiredOption('--source <list>', 'as `checks list` says')
    .requiredOption('--entry <entry>', 'as `checks list` says')
    .addOption(new Option('--verdict <verdict>', 'what you found').choices(['same', 'not-the-same']).makeOptionMandatory())
    .requiredOption('--reason <text>', 'why; it is kept with the decision')
    .action(async (check: string, { json = false, source, entry, verdict, reason, ...flags }: DecideFlags) => {
      await using house = await openHouse(flags)
      const path = `/api/v1/party-checks/${encodeURIComponent(check)}/decision` as const
      const decided = await house.ask<PartyCheckView>(path, { method: 'POST', body: { source, entry, verdict, reason } })
      tell(
        streams,
        json,
        decided,
        decided.settledAt === null ? 'decided; other matches of this check wait\n' : 'decided; nothing of this check waits\n',
      )
    })
}
