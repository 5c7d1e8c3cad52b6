import type { ToolEffect } from '@handfast/contract'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { proves } from '../../test/proves.ts'
import { honest, toolWith } from '../../test/under-review.ts'
import { keepGuards } from './keep-guards.ts'

proves('review/guards-kept')

const strength = { read: 0, change: 1, destructive: 2 }
const release = (effect: ToolEffect, consequential = effect !== 'read', name = 'book') => ({
  ...honest.content,
  tools: [toolWith({ name, effect, consequential })],
})
const after = (
  content: ReturnType<typeof release>,
  previous: ReturnType<typeof release> | null,
  tools: Parameters<typeof keepGuards>[2]['tools'] = {},
) => {
  const [tool] = keepGuards(content, previous, { tools }).tools
  return [tool?.effect, tool?.consequential]
}

describe('the guard of a tool', () => {
  it('stays when a further release hints at something softer', () => {
    expect(after(release('read'), release('destructive'))).toEqual(['destructive', true])
    expect(after(release('change'), release('destructive'))).toEqual(['destructive', true])
    expect(after(release('change', false), release('change'))).toEqual(['change', true])
  })

  it('rises at once when a further release hints at something graver', () => {
    expect(after(release('destructive'), release('read'))).toEqual(['destructive', true])
  })

  it('is lowered only where the manifest names the tool, so that a reviewer sees it', () => {
    expect(after(release('read', false), release('destructive'), { book: { effect: 'read' } })).toEqual(['read', false])
    expect(after(release('change', false), release('change'), { book: { consequential: false } })).toEqual(['change', false])
    expect(after(release('read', false), release('destructive'), { other: { effect: 'read' } })).toEqual(['destructive', true])
  })

  it('is what the connector says where there was no such tool before', () => {
    expect(after(release('read'), null)).toEqual(['read', false])
    expect(after(release('read'), release('destructive', true, 'other'))).toEqual(['read', false])
  })

  it('never falls along any line of releases whose manifests name nothing', () => {
    const effects = fc.array(fc.record({ effect: fc.constantFrom<ToolEffect[]>('read', 'change', 'destructive'), consequential: fc.boolean() }), {
      minLength: 1,
      maxLength: 12,
    })

    fc.assert(
      fc.property(effects, (line) => {
        let live = null as ReturnType<typeof release> | null
        for (const { effect, consequential } of line) {
          const next = keepGuards(release(effect, consequential), live, { tools: {} }) as ReturnType<typeof release>
          const [now, before] = [next.tools[0], live?.tools[0]]
          if (now === undefined) throw new Error('the tool is gone')
          if (before !== undefined) {
            expect(strength[now.effect]).toBeGreaterThanOrEqual(strength[before.effect])
            expect(now.consequential || !before.consequential).toBe(true)
          }
          live = next
        }
      }),
    )
  })
})
