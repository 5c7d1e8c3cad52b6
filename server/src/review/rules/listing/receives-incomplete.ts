import { parametersOf, plainName } from '../engine/parameters.ts'
import type { Rule } from '../engine/rule.ts'
import { listed } from '../engine/tool-rule.ts'

/** Kinds of personal data, the names of arguments that hold them, and the words by which `receives` would say so. */
const KINDS: readonly { readonly kind: string; readonly names: ReadonlySet<string>; readonly words: RegExp }[] = [
  {
    kind: 'e-mail addresses',
    names: set('email email_address user_email customer_email attendee_email'),
    words: /mail|contact|kontakt|address|correo|courriel|adresse/i,
  },
  {
    kind: 'telephone numbers',
    names: set('phone phone_number mobile mobile_number telephone'),
    words: /phone|telefon|number|nummer|t[ée]l[ée]phone|contact|kontakt/i,
  },
  {
    kind: 'names of people',
    names: set('first_name last_name full_name surname given_name family_name guest_name customer_name'),
    words: /name|nom|nombre|contact|kontakt|who|person/i,
  },
  {
    kind: 'addresses',
    names: set('street street_address postal_address home_address shipping_address billing_address address_line1 zip_code postal_code postcode'),
    words: /address|adress|direcci|place|where|postal|ort\b|location/i,
  },
  { kind: 'dates of birth', names: set('birthday birth_date date_of_birth dob birthdate'), words: /birth|geburt|naissance|nacimiento|age\b/i },
]

function set(names: string): ReadonlySet<string> {
  return new Set(names.split(' '))
}

export const receivesIncomplete: Rule = {
  id: 'receives-incomplete',
  severity: 'warns',
  clause: '3c-privacy',
  title: 'Personal data in arguments that `receives` does not name',
  remedy: { who: 'developer', what: 'Add a line to `receives` for each kind. People read these lines before they agree.' },
  source: 'GDPR article 13; OpenAI app review',
  needs: 'manifest',
  *look({ content }) {
    const receives = content.receives.join('\n')
    for (const { kind, names, words } of KINDS) {
      if (words.test(receives)) continue
      const tools: string[] = []
      for (const tool of content.tools) {
        if (parametersOf(tool).some(({ name }) => names.has(plainName(name)))) tools.push(tool.name)
        yield undefined
      }
      if (tools.length > 0)
        yield { pointer: '/receives', message: `The connector receives ${kind} (${listed(tools)}), and \`receives\` does not say so.`, about: kind }
    }
  },
}
