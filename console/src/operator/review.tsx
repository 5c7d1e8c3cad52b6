import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { type ReleaseDetail, releaseQuery } from '../api/publishing.ts'
import { Foreign } from '../parts/foreign.tsx'
import { Page } from '../parts/page.tsx'
import { reflowed } from '../parts/reflow.ts'
import { useRole } from '../parts/session.tsx'
import { Answered } from '../parts/states.tsx'
import { Time } from '../parts/time.tsx'
import { Dismiss } from './dismiss.tsx'
import { Findings } from './findings.tsx'
import { Probes } from './probes.tsx'
import { ReleaseDecision } from './release-decision.tsx'
import { ReleaseStanding } from './release-standing.tsx'
import { ReleaseTools } from './release-tools.tsx'

/** One release, to be looked at and decided. */
export function ReviewPage() {
  const { slug, number } = useParams({ from: '/house/publish/$slug/$number' })
  const asked = useQuery(releaseQuery(slug, number))
  if (asked.data === undefined)
    return (
      <Page title={`Release ${number}`}>
        <Answered asked={asked} what="the release">
          {() => null}
        </Answered>
      </Page>
    )
  return <ReviewSheet slug={slug} of={asked.data} />
}

function ReviewSheet({ slug, of }: { readonly slug: string; readonly of: ReleaseDetail }) {
  const { content } = of
  const judges = useRole('reviewer') && of.decidedAt === null
  return (
    <Page
      title={`${content.name}, release ${of.number}`}
      lead={
        <>
          Handed in <Time at={of.createdAt} />
          {of.decidedAt === null ? null : (
            <>
              , decided <Time at={of.decidedAt} />
              {of.selfReviewed ? ' by a self-review: whoever reviewed it also stands behind it' : ''}
            </>
          )}
        </>
      }
      aside={
        <Link to="/publish/$slug" params={{ slug }}>
          All about {slug}
        </Link>
      }
    >
      <ReleaseStanding slug={slug} of={of} />
      <Findings
        findings={of.findings}
        beside={({ key }) => (judges && key !== undefined ? <Dismiss slug={slug} number={of.number} finding={key} /> : null)}
      />
      <Probes slug={slug} of={of} />
      <section>
        <h2>What users will read</h2>
        <dl className="facts">
          <Fact name="Description" text={content.description} />
          <Fact
            name="Publisher"
            text={`${content.publishedBy.developer}, ${content.publishedBy.ownsApi ? 'who say that they own the API' : 'not the owner of the API'}`}
          />
          <Fact name="Receives" text={content.receives.length === 0 ? 'no personal data' : content.receives.join('\n')} />
          <Fact name="Privacy notice" text={content.privacyNotice === '' ? 'none' : reflowed(content.privacyNotice)} />
          <Fact name="Goes to" text={content.target.url} />
          <Fact name="Key" text={content.credential.type === 'none' ? 'none needed' : content.credential.type} />
        </dl>
      </section>
      <ReleaseTools tools={content.tools} />
      <p className="help digest">
        SHA-256 of the release: <code>{of.digest}</code>
      </p>
      {of.decidedAt === null ? <ReleaseDecision slug={slug} of={of} /> : null}
    </Page>
  )
}

function Fact({ name, text }: { readonly name: string; readonly text: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <Foreign text={text} lines />
      </dd>
    </div>
  )
}
