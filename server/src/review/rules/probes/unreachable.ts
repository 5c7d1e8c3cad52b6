import { probeRule } from '../engine/probe-rule.ts'

const SLOW_MS = 5_000

export const unreachable = probeRule({
  id: 'unreachable',
  severity: 'warns',
  clause: '2d-review',
  title: 'Addresses that do not answer, or send us elsewhere',
  remedy: { who: 'developer', what: 'Make the address answer from the public network, itself and without a redirect.' },
  source: 'OpenAI app submission',
  *judge({ transport }) {
    if (transport === null) return
    const pointer = '/target/url'
    const { answered, failure, status, redirectedTo, tookMs } = transport
    if (!answered) yield { pointer, message: `The address did not answer: ${failure ?? 'without a reason'}.`, about: 'silent' }
    else if (redirectedTo !== null)
      yield { pointer, message: `The address sends calls on to ${redirectedTo.slice(0, 200)}, where they do not go.`, about: redirectedTo }
    else if (status !== null && status >= 500) yield { pointer, message: `The address answered with status ${status}.`, about: 'failing' }
    else if (tookMs > SLOW_MS)
      yield { pointer, severity: 'notes', message: `The first answer took ${Math.round(tookMs / 1_000)} seconds.`, about: 'slow' }
  },
})
