import { Foreign } from './foreign.tsx'

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

/** Each name with its value, nothing left out: what is read here is what is sent. */
export function Values({ of }: { readonly of: { readonly [key: string]: Json } }) {
  const entries = Object.entries(of)
  if (entries.length === 0) return <p className="help">No arguments.</p>
  return (
    <dl className="values">
      {entries.map(([name, value]) => (
        <div key={name}>
          <dt>
            <Foreign text={name === '' ? '(no name)' : name} />
          </dt>
          <dd>
            <Value of={value} />
          </dd>
        </div>
      ))}
    </dl>
  )
}

export function Value({ of }: { readonly of: Json }) {
  if (of === null) return <Word kind="empty" text="nothing" />
  if (typeof of === 'boolean') return <Word kind="yes or no" text={of ? 'yes' : 'no'} />
  if (typeof of === 'number') return <Word kind="number" text={String(of)} />
  if (typeof of === 'string') return of === '' ? <Word kind="text" text="empty text" /> : <Foreign text={of} lines />
  if (Array.isArray(of)) return <List of={of as readonly Json[]} />
  return <Values of={of as { readonly [key: string]: Json }} />
}

function Word({ kind, text }: { readonly kind: string; readonly text: string }) {
  return (
    <span className="word" title={kind}>
      {text}
    </span>
  )
}

function List({ of }: { readonly of: readonly Json[] }) {
  if (of.length === 0) return <Word kind="list" text="empty list" />
  return (
    <ol className="values-list">
      {of.map((value, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the place in the list is what tells equal values apart, and it never changes
        <li key={at}>
          <Value of={value} />
        </li>
      ))}
    </ol>
  )
}
