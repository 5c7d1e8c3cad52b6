import { toolRule } from '../engine/tool-rule.ts'

export const unsafeIcons = toolRule({
  id: 'unsafe-icons',
  severity: 'warns',
  clause: '4b-connector-marks',
  title: 'Icons by http, or from addresses that are none',
  remedy: { who: 'developer', what: 'Give icons as https addresses of your own, or as data of an image type.' },
  source: 'MCP 2025-11-25, icons',
  *each({ name, icons }, at) {
    for (const [index, icon] of (icons ?? []).entries()) {
      const src = icon['src']
      if (typeof src !== 'string' || !/^(?:https:\/\/|data:image\/(?:png|jpe?g|webp|svg\+xml|gif)[;,])/i.test(src))
        return void (yield { pointer: `${at}/icons/${index}/src`, message: `An icon of "${name}" is neither an https address nor an image.` })
    }
  },
})
