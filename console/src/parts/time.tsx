const day = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' })
const minute = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' })
const second = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' })

/** A moment in the zone of whoever reads; pointing at it gives UTC. */
export function Time({ at, to = 'minute' }: { readonly at: string; readonly to?: 'day' | 'minute' | 'second' }) {
  const moment = new Date(at)
  if (Number.isNaN(moment.getTime())) return <span>unknown</span>
  const format = to === 'day' ? day : to === 'minute' ? minute : second
  return (
    <time dateTime={at} title={`${moment.toISOString().replace('T', ' ').slice(0, 19)} UTC`}>
      {format.format(moment)}
    </time>
  )
}
