import { textRule } from '../engine/text-rule.ts'

const SCRIPT = /\b(?:javascript|vbscript):[a-z(%/]/i
const DATA = /\bdata:(?:text|application|image|audio|video)\/[a-z0-9.+-]{1,60}[;,]/i

export const scriptAddresses = textRule({
  id: 'script-addresses',
  severity: 'blocks',
  clause: '2e-i',
  title: 'Addresses that run something or carry a whole document',
  remedy: { who: 'developer', what: 'Use an https address, or describe in words what is meant.' },
  source: 'WHATWG URL; RFC 2397',
  *read({ pointer, text, part }) {
    const script = SCRIPT.exec(text)
    if (script !== null) yield { pointer, message: `"${script[0].slice(0, 30)}" is an address that runs a script.` }
    else if (part !== 'value' && part !== 'notice') {
      const data = DATA.exec(text)
      if (data !== null && /base64,[A-Za-z0-9+/=]{16,}/.test(text.slice(data.index, data.index + 200)))
        yield { pointer, severity: 'warns', message: `"${data[0]}" carries a document inside the text, which nobody sees.` }
    }
  },
})
