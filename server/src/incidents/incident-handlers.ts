import { rfc3339, type WorkspaceId } from '../lib/index.ts'
import type { Outbox } from '../notices/index.ts'
import type { Done, Due, Handlers } from '../schedule/index.ts'
import { CLOCK_DUE, type Incidents, TELL } from './incidents.ts'

const AT_ONCE = 100

/** What happens by itself about incidents: the operator is reminded of deadlines, and whoever is affected is told, page by page. */
export function incidentHandlers(incidents: Incidents, { outbox }: { readonly outbox: Outbox }): Handlers {
  async function remind({ workspace, subject, now, dueAt }: Due): Promise<Done> {
    const [id = '', rule = ''] = subject.split('/')
    const incident = await incidents.get(workspace as WorkspaceId, id)
    const clock = incident.clocks.find((one) => one.id === rule)
    if (incident.state === 'closed' || clock === undefined || clock.metAt !== null) return {}
    const over = now >= clock.dueAt
    const notice = {
      workspace: workspace as WorkspaceId,
      to: { kind: 'operator' },
      kind: over ? 'incidents.overdue' : 'incidents.due',
      clause: '3a-developer-security',
      legal: true,
      connector: incident.connector,
      subject: id,
      title: over ? `Overdue: ${clock.title}` : `Due soon: ${clock.title}`,
      body: `Report ${id}: "${clock.title}" ${over ? 'was due' : 'is due'} at ${rfc3339(clock.dueAt)}. Say when it is done; if it is late, with the reasons.`,
    } as const
    return { writes: outbox.sending(notice, now), ...(over ? {} : { next: Math.max(clock.dueAt, dueAt + 1) }) }
  }

  async function tell({ workspace, payload, now }: Due): Promise<Done> {
    const {
      incident: id,
      after,
      from,
      to,
      title,
      body,
    } = payload as Readonly<Record<'incident' | 'after' | 'title' | 'body', string>> & { from: number; to: number }
    const people = await incidents.affected(workspace as WorkspaceId, id, from, to)
    const { connector } = await incidents.get(workspace as WorkspaceId, id)
    const rest = people.filter(({ user }) => user > after)
    const page = rest.slice(0, AT_ONCE)
    const writes = page.flatMap((one) =>
      outbox.sending(
        {
          workspace: one.workspace,
          to: { kind: 'user', user: one.user },
          kind: 'incidents.affected',
          clause: '3a-developer-security',
          legal: true,
          connector,
          subject: id,
          title,
          body: `${body}\n\nYour calls between ${rfc3339(one.first)} and ${rfc3339(one.last)}: ${one.calls}, with ${one.tools.join(', ')}.`,
        },
        now,
      ),
    )
    const last = page.at(-1)
    if (last === undefined) return {}
    return rest.length > page.length ? { writes, next: now + 1, payload: { ...payload, after: last.user } } : { writes }
  }

  return { [CLOCK_DUE]: { work: remind }, [TELL]: { work: tell } }
}
