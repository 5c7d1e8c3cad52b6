import type { Rule } from '../engine/rule.ts'

export const overlayIdle: Rule = {
  id: 'overlay-idle',
  severity: 'warns',
  clause: '2d-review',
  title: 'Actions of an overlay that do nothing any more',
  remedy: {
    who: 'developer',
    what: 'Bring the target up to date, or remove the action. The document has moved on, and something may be published that was meant not to be.',
  },
  source: 'OpenAPI Overlay 1.0 section 4.4',
  needs: 'document',
  *look({ document }) {
    for (const { action, target, message } of document?.idleOverlay ?? [])
      yield {
        pointer: `/overlay/actions/${action}`,
        message: `Action ${action + 1} of the overlay does nothing. ${message} Its target: ${target}`,
        about: target,
      }
  },
}
