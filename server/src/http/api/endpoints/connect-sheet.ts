import type { DirectoryDetail, DirectoryEntry, PublisherRelation } from '@handfast/contract'
import { oldEnough } from '../../../consent/index.ts'
import type { ConnectorStanding, Growth } from '../../../directory/index.ts'
import { hiddenTools } from '../../../gateway/index.ts'
import { rfc3339, type UserId, type WorkspaceId } from '../../../lib/index.ts'
import { textFor } from '../../../notices/index.ts'
import { type Dealings, dealingsOf, detailView, effectWordOf, entryView, noticeOf } from './connector-views.ts'
import type { UserRooms } from './rooms.ts'

type Person = { readonly user: UserId; readonly workspace: WorkspaceId }

/** Everything that a person is shown about a connector before they enable it, and after. */
export async function sheetView(
  rooms: UserRooms,
  standing: ConnectorStanding,
  person: Person,
  languages: readonly string[] = [],
): Promise<DirectoryDetail> {
  const dealings = await dealingsOf(rooms, person)
  const [bundle, hidden, growth, relation, receipts] = await Promise.all([
    // The terms are those that the publisher accepted, in the workspace that publishes.
    rooms.terms.bundle(standing.workspace),
    hiddenTools(rooms.policies, dealings.policy, standing),
    growthFor(rooms, standing, dealings),
    relationOf(rooms, standing),
    rooms.choices.receipts(person, standing.connector),
  ])
  const plain = detailView(standing, dealings, bundle, hidden)
  const notice = noticeOf(standing)
  const text = textFor(notice, languages)
  const ageRating = standing.release?.content.ageRating ?? 'everyone'
  const { age } = dealings.consent
  return {
    ...plain,
    choice: choiceWith(plain.choice, growth),
    tools: plain.tools.map((tool) => ({ ...tool, off: growth.names.has(tool.name) })),
    relation,
    privacyNotice:
      standing.release === null || text === undefined
        ? null
        : {
            text: text.text,
            sha256: notice.sha256,
            textSha256: text.sha256,
            language: text.language,
            languages: notice.texts.map(({ language }) => language),
            url: text.url ?? null,
          },
    ageRating,
    age: { ...age, enough: oldEnough(ageRating, age) },
    newTools: growth.tools.map((tool) => ({
      ...tool,
      effect: effectWordOf(tool.effect),
      before: tool.before === null ? null : effectWordOf(tool.before),
    })),
    receipts: receipts.map(({ id, at, endedAt }) => ({
      id: id as `enb_${string}`,
      at: rfc3339(at),
      endedAt: endedAt === null ? null : rfc3339(endedAt),
    })),
  }
}

/** An entry of the directory, with whether anything is new. */
export async function entryWith(rooms: UserRooms, standing: ConnectorStanding, dealings: Dealings): Promise<DirectoryEntry> {
  const entry = entryView(standing, dealings)
  return { ...entry, choice: choiceWith(entry.choice, await growthFor(rooms, standing, dealings)) }
}

function choiceWith(choice: DirectoryEntry['choice'], { names }: Growth): DirectoryEntry['choice'] {
  return choice === 'enabled' && names.size > 0 ? 'grown' : choice
}

const nothing: Growth = { tools: [], names: new Set() }

async function growthFor({ directory }: UserRooms, { connector, workspace, release }: ConnectorStanding, { consent }: Dealings): Promise<Growth> {
  const enablement = consent.enabled.get(connector)
  if (enablement === undefined || release === null) return nothing
  return directory.growths.since(workspace, enablement.release, release)
}

/** Who stands behind it, by what its publisher declared and who looked at that. */
async function relationOf({ lifecycle }: UserRooms, { workspace, connector, release }: ConnectorStanding): Promise<PublisherRelation> {
  if (release === null) return 'third-party'
  const approvals = (await lifecycle.decisions(workspace, connector)).filter(
    (decision) => decision.kind === 'approve' && decision.release === release.id,
  )
  const itself = approvals.at(-1)?.decidedAs.includes('self-review') ?? true
  if (release.content.publishedBy.ownsApi) return itself ? 'owner-declared' : 'owner-verified'
  return itself ? 'house' : 'third-party'
}
