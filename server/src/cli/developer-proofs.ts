import type { DeveloperContactView, DeveloperDomainView } from '@handfast/contract'
import { type Command, Option } from 'commander'
import { openHouse, organisation } from './open-house.ts'
import { printable, type Streams, tell } from './say.ts'
import { type PersonFlags, withPerson } from './settings-options.ts'

type Flags = PersonFlags

/** `handfast developer contact|domain …`: addresses and domains of an organisation, and how they are proven. */
export function developerProofs(parent: Command, streams: Streams): void {
  const contact = parent.command('contact').description('addresses of an organisation, each proven by a code that comes back')
  const domain = parent.command('domain').description('domains of an organisation, each proven by a file or a record')
  const sub = (command: Command, name: string) => withPerson(command.command(name))

  sub(contact, 'add')
    .description('add an address; a code is sent there')
    .argument('<organisation>', 'its id or name')
    .argument('<email>', 'the address')
    .addOption(new Option('--for <purpose>', 'what it is for').choices(['legal', 'security', 'support']).makeOptionMandatory())
    .action(async (which: string, email: string, { json = false, for: purpose, ...flags }: Flags & { readonly for: string }) => {
      await using house = await openHouse(flags)
      const path = `/api/v1/developers/${await organisation(house, which)}/contacts` as const
      const added = await house.ask<DeveloperContactView>(path, { method: 'POST', body: { purpose, email } })
      tell(streams, json, added, `a code is on its way; bring it back: handfast developer contact confirm ${added.id} <code>\n`)
    })

  sub(contact, 'code')
    .description('send another code')
    .argument('<organisation>', 'its id or name')
    .argument('<contact>', 'id of the contact')
    .action(async (which: string, id: string, { json = false, ...flags }: Flags) => {
      await using house = await openHouse(flags)
      const path = `/api/v1/developers/${await organisation(house, which)}/contacts/${encodeURIComponent(id)}/code` as const
      tell(streams, json, await house.ask(path, { method: 'POST', body: {} }), 'another code is on its way\n')
    })

  sub(contact, 'confirm')
    .description('bring back a code')
    .argument('<contact>', 'id of the contact, as the mail says')
    .argument('<code>', 'as it stands in the mail')
    .action(async (id: string, code: string, { json = false, ...flags }: Flags) => {
      await using house = await openHouse(flags)
      const done = await house.ask('/api/v1/contact-confirmations', { method: 'POST', body: { contact: id, code } })
      tell(streams, json, done, 'the address is proven\n')
    })

  sub(contact, 'remove')
    .description('take an address back')
    .argument('<organisation>', 'its id or name')
    .argument('<contact>', 'id of the contact')
    .action(async (which: string, id: string, { json = false, ...flags }: Flags) => {
      await using house = await openHouse(flags)
      await house.ask(`/api/v1/developers/${await organisation(house, which)}/contacts/${encodeURIComponent(id)}`, { method: 'DELETE' })
      tell(streams, json, { contact: id, removed: true }, `${printable(id)} is removed\n`)
    })

  sub(domain, 'add')
    .description('name a domain, and learn what to put where')
    .argument('<organisation>', 'its id or name')
    .argument('<domain>', 'such as example.org')
    .action(async (which: string, name: string, { json = false, ...flags }: Flags) => {
      await using house = await openHouse(flags)
      const path = `/api/v1/developers/${await organisation(house, which)}/domains` as const
      const added = await house.ask<DeveloperDomainView>(path, { method: 'POST', body: { domain: name } })
      tell(streams, json, added, whatToDo(added))
    })

  sub(domain, 'prove')
    .description('look for the proof now')
    .argument('<organisation>', 'its id or name')
    .argument('<domain>', 'id of the domain')
    .action(async (which: string, id: string, { json = false, ...flags }: Flags) => {
      await using house = await openHouse(flags)
      const path = `/api/v1/developers/${await organisation(house, which)}/domains/${encodeURIComponent(id)}/proof` as const
      const proven = await house.ask<DeveloperDomainView>(path, { method: 'POST', body: {} })
      tell(streams, json, proven, `${printable(proven.domain)} is proven by its ${proven.method === 'dns' ? 'record' : 'file'}\n`)
    })

  sub(domain, 'remove')
    .description('take a domain back')
    .argument('<organisation>', 'its id or name')
    .argument('<domain>', 'id of the domain')
    .action(async (which: string, id: string, { json = false, ...flags }: Flags) => {
      await using house = await openHouse(flags)
      await house.ask(`/api/v1/developers/${await organisation(house, which)}/domains/${encodeURIComponent(id)}`, { method: 'DELETE' })
      tell(streams, json, { domain: id, removed: true }, `${printable(id)} is removed\n`)
    })
}

function whatToDo({ id, file, record }: DeveloperDomainView): string {
  return [
    'Either put this line into a text file:',
    `  ${file.url}`,
    `  ${file.line}`,
    'or this text into a TXT record:',
    `  ${record.name}`,
    `  ${record.text}`,
    `Then: handfast developer domain prove <organisation> ${id}`,
    '',
  ].join('\n')
}
