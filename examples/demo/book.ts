import type { ApprovalDetail } from '@handfast/contract'
import type { CallToolResult } from '@modelcontextprotocol/client'
import { wordsOf } from './assistant.ts'
import type { ExampleProcess } from './example-process.ts'
import type { Person } from './person.ts'
import { expect } from './story-steps.ts'

export type Wanted = { readonly table: string; readonly date: string; readonly time: string; readonly name: string; readonly party_size: number }

/** Tomorrow evening, so that the day is never in the past. */
export function tomorrowEvening(): { readonly date: string; readonly time: string } {
  return { date: new Date(Date.now() + 86_400_000).toISOString().slice(0, 10), time: '19:00' }
}

/** The first table that the restaurant named as free. */
export function firstTable(result: CallToolResult): { readonly id: string; readonly place: string } {
  const { tables } = (result.structuredContent ?? {}) as { readonly tables?: readonly { readonly id: string; readonly place: string }[] }
  const [table] = tables ?? []
  expect(table !== undefined, `The restaurant named no free table: ${wordsOf(result)}`)
  return table
}

/** The user opens the page that the link leads to, sees exactly what would be sent, and answers. */
export async function decides(user: Person, link: string, yes: boolean): Promise<ApprovalDetail> {
  const id = new URL(link).pathname.split('/').at(-1) ?? ''
  const shown = await user.get<ApprovalDetail>(`/api/v1/approvals/${id}`)
  await user.post(`/api/v1/approvals/${id}/decision`, { yes, lasting: 'once' })
  return shown
}

export type Reservation = {
  readonly id: string
  readonly table_id: string
  readonly date: string
  readonly name: string
  readonly party_size: number
}

/** What stands in the restaurant's own database, whatever anybody says. */
export function reservationsIn(restaurant: ExampleProcess): Promise<readonly Reservation[]> {
  return restaurant.rows<Reservation>("select id, table_id, date, name, party_size from reservations where status = 'booked' order by rowid")
}

/** How many tool calls ever reached the restaurant, by its own account. */
export async function callsThatReached(restaurant: ExampleProcess): Promise<number> {
  const [row] = await restaurant.rows<{ readonly n: number }>("select count(*) as n from requests where method = 'tools/call'")
  return row?.n ?? 0
}

/** The link of ours in what an assistant was told. */
export function linkIn(text: string): string {
  const link = /https?:\/\/\S+\/approvals\/[a-z0-9_]+/.exec(text)?.[0]
  expect(link !== undefined, `There is no link to a page in: ${text}`)
  return link
}
