import { type CallToolResult, McpServer } from '@modelcontextprotocol/server'
import { z } from 'zod'
import type { Arrival } from '../arrivals.ts'
import { HouseRefusal, LARGEST_PARTY, sitting } from './house.ts'
import type { ReservationBook } from './reservation-book.ts'

const date = z
  .string()
  .regex(/^[0-9]{4}-[0-9]{2}-[0-9]{2}$/)
  .describe('Day of the visit, such as 2026-09-18.')
const time = z
  .string()
  .regex(/^[0-2][0-9]:[0-5][0-9]$/)
  .describe('When the guests sit down, on the half hour, 12:00 to 13:30 or 18:00 to 21:00.')
const partySize = z.int().min(1).max(LARGEST_PARTY).describe('How many guests come.')
const tableId = z
  .string()
  .regex(/^T[0-9]{1,2}$/)
  .describe('Table, as find_tables names it, such as T3.')
const guestName = z.string().trim().min(1).max(80).describe('Name that the booking is under.')
const bookingId = z
  .string()
  .regex(/^GH-[0-9A-Z]{6}$/)
  .describe('Booking reference, such as GH-7KX2MD.')

const booking = z.object({
  id: bookingId,
  table: z.string(),
  date: z.string(),
  time: z.string(),
  until: z.string().describe('The table is held until then.'),
  name: z.string(),
  party_size: z.int(),
  status: z.enum(['booked', 'cancelled']),
})
const freeTable = z.object({ id: z.string(), seats: z.int(), place: z.string() })

/** The restaurant as assistants see it, for one request. `because` is that request's entry in the log. */
export function restaurantServer(book: ReservationBook, now: () => number, because: Arrival): McpServer {
  const server = new McpServer(
    { name: 'grey-heron', title: 'The Grey Heron', version: '1.0.0' },
    { instructions: 'Find a free table first; book only a table that find_tables has named for that day, time and party.' },
  )

  server.registerTool(
    'find_tables',
    {
      title: 'Find free tables',
      description: 'Lists the tables that are free for a party on a day and time, the smallest first. Changes nothing.',
      inputSchema: z.strictObject({ date, time, party_size: partySize }),
      outputSchema: z.object({ date: z.string(), time: z.string(), tables: z.array(freeTable) }),
      annotations: { title: 'Find free tables', readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
    },
    (wanted) =>
      answer(() => {
        const tables = book.freeTables(sitting(wanted.date, wanted.time, now()), wanted.party_size)
        return { date: wanted.date, time: wanted.time, tables }
      }),
  )

  server.registerTool(
    'book_table',
    {
      title: 'Book a table',
      description: 'Books one table for two hours under a name. Refuses a table that is taken or too small. Answers with the booking reference.',
      inputSchema: z.strictObject({ table: tableId, date, time, name: guestName, party_size: partySize }),
      outputSchema: z.object({ booking }),
      annotations: { title: 'Book a table', readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: false },
    },
    (wanted) =>
      answer(() => {
        const guest = { name: wanted.name, partySize: wanted.party_size }
        return { booking: book.book(wanted.table, sitting(wanted.date, wanted.time, now()), guest, because) }
      }),
  )

  server.registerTool(
    'cancel_booking',
    {
      title: 'Cancel a booking',
      description: 'Cancels a booking by its reference and frees the table. This cannot be undone: another guest may take the table at once.',
      inputSchema: z.strictObject({ booking: bookingId }),
      outputSchema: z.object({ booking }),
      annotations: { title: 'Cancel a booking', readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: false },
    },
    (wanted) => answer(() => ({ booking: book.cancel(wanted.booking, because) })),
  )

  server.registerTool(
    'list_bookings',
    {
      title: 'List bookings under a name',
      description: 'Lists bookings from today on that are under one name, cancelled ones included. Changes nothing.',
      inputSchema: z.strictObject({ name: guestName }),
      outputSchema: z.object({ bookings: z.array(booking) }),
      annotations: { title: 'List bookings under a name', readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
    },
    (wanted) => answer(() => ({ bookings: book.bookingsOf(wanted.name, new Date(now()).toISOString().slice(0, 10)) })),
  )

  return server
}

/** A refusal of the house is a result that the assistant can act on; anything else is a fault and stays one. */
function answer(work: () => Record<string, unknown>): CallToolResult {
  try {
    const structuredContent = work()
    return { content: [{ type: 'text', text: JSON.stringify(structuredContent) }], structuredContent }
  } catch (error) {
    if (error instanceof HouseRefusal) return { content: [{ type: 'text', text: error.message }], isError: true }
    throw error
  }
}
