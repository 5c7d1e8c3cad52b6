import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { type Receipt, receiptQuery } from '../api/connectors.ts'
import { Button } from '../parts/button.tsx'
import { Foreign } from '../parts/foreign.tsx'
import { Page } from '../parts/page.tsx'
import { reflowed } from '../parts/reflow.ts'
import { Answered } from '../parts/states.tsx'
import { Time } from '../parts/time.tsx'

type Agreed = {
  readonly connector: { readonly name: string; readonly publishedBy: { readonly name: string; readonly ownsApi: boolean } }
  readonly release: { readonly id: string; readonly sha256: string }
  readonly privacyNotice: { readonly sha256: string; readonly read: { readonly language: string; readonly url: string | null } }
  readonly receives: readonly string[]
  readonly mayDo: Readonly<Record<'read' | 'change' | 'destroy', readonly string[] | number>>
  readonly terms: readonly { readonly document: string; readonly label: string; readonly sha256: string }[]
}

/** What the person agreed to, to print or to take along. */
export function ReceiptPage() {
  const { slug, id } = useParams({ from: '/house/connectors/$slug/receipts/$id' })
  const asked = useQuery(receiptQuery(slug, id))
  return (
    <Page
      title="Receipt"
      width="text"
      lead={
        <Link to="/connectors/$slug" params={{ slug }}>
          {slug}
        </Link>
      }
      aside={asked.data === undefined ? undefined : <Take receipt={asked.data} name={`receipt-${slug}-${id.slice(-6)}.json`} />}
    >
      <Answered asked={asked} what="the receipt">
        {(receipt) => <Paper receipt={receipt} />}
      </Answered>
    </Page>
  )
}

function Take({ receipt, name }: { readonly receipt: Receipt; readonly name: string }) {
  const save = () => {
    const url = URL.createObjectURL(new Blob([`${JSON.stringify(receipt, null, 2)}\n`], { type: 'application/json' }))
    const link = document.createElement('a')
    link.href = url
    link.download = name
    link.click()
    URL.revokeObjectURL(url)
  }
  return (
    <div className="actions unprinted">
      <Button onPress={() => print()}>Print</Button>
      <Button onPress={save}>Save as JSON</Button>
    </div>
  )
}

function Paper({ receipt }: { readonly receipt: Receipt }) {
  const agreed = JSON.parse(receipt.text) as Agreed
  return (
    <>
      <dl className="facts">
        <div>
          <dt>Who agreed</dt>
          <dd>
            <Foreign text={receipt.person.name} /> <code className="help">{receipt.person.id}</code>
          </dd>
        </div>
        <div>
          <dt>When</dt>
          <dd>
            <Time at={receipt.at} to="second" />
            {receipt.endedAt === null ? null : (
              <>
                , until <Time at={receipt.endedAt} to="second" />
              </>
            )}
          </dd>
        </div>
        <div>
          <dt>To which connector</dt>
          <dd>
            <Foreign text={agreed.connector.name} />, published by <Foreign text={agreed.connector.publishedBy.name} />
            {agreed.connector.publishedBy.ownsApi ? '' : ", not by the API's owner"}
          </dd>
        </div>
        <div>
          <dt>Release</dt>
          <dd>
            <code className="digest">{agreed.release.sha256}</code>
          </dd>
        </div>
        <div>
          <dt>What it may do</dt>
          <dd>
            <Tools word="Read" of={agreed.mayDo.read} />
            <Tools word="Change" of={agreed.mayDo.change} />
            <Tools word="Destroy" of={agreed.mayDo.destroy} />
          </dd>
        </div>
        <div>
          <dt>What it receives</dt>
          <dd>{agreed.receives.length === 0 ? 'no personal data, as declared' : <Foreign text={agreed.receives.join('; ')} />}</dd>
        </div>
        <div>
          <dt>Terms of its publisher</dt>
          <dd>{agreed.terms.map(({ document, label }) => `${document.replaceAll('-', ' ')} ${label}`).join(', ')}</dd>
        </div>
        <div>
          <dt>Privacy notice</dt>
          <dd>
            <code className="digest">{agreed.privacyNotice.sha256}</code>
          </dd>
        </div>
        <div>
          <dt>This receipt</dt>
          <dd>
            <code className="digest">{receipt.sha256}</code>
          </dd>
        </div>
        <div>
          <dt>In the ledger</dt>
          <dd>
            {receipt.ledger?.leafIndex == null
              ? 'recorded; it gets its place in the signed tree within seconds'
              : `entry ${receipt.ledger.leafIndex}; the saved file has the proof and the signed checkpoint`}
          </dd>
        </div>
      </dl>
      {receipt.notice === null ? null : (
        <section>
          <h2>The privacy notice, as it was read</h2>
          <div className="prose" lang={receipt.notice.language}>
            <Foreign text={reflowed(receipt.notice.text)} lines />
          </div>
        </section>
      )}
    </>
  )
}

function Tools({ word, of }: { readonly word: string; readonly of: readonly string[] | number }) {
  if (of === 0 || (typeof of !== 'number' && of.length === 0)) return null
  return (
    <p>
      {word}: {typeof of === 'number' ? `${of} tools` : <Foreign text={of.join(', ')} />}
    </p>
  )
}
