import { parametersOf, plainName } from '../engine/parameters.ts'
import { toolRule } from '../engine/tool-rule.ts'

const SECRETS = new Set(
  (
    'password passwd passphrase user_password login_password api_key apikey api_token auth_token access_token refresh_token bearer_token client_secret secret_key ' +
    'private_key secret_access_key personal_access_token otp one_time_password mfa_code totp_code verification_code security_code session_cookie cookies'
  ).split(' '),
)
const PAPERS = new Set(
  (
    'card_number credit_card credit_card_number cvv cvc card_cvc card_cvv ssn social_security_number passport_number drivers_license driver_license_number ' +
    'national_id tax_id_number bank_account_number account_pin pin_code medical_record health_record diagnosis'
  ).split(' '),
)

export const asksSecrets = toolRule({
  id: 'asks-secrets',
  severity: 'warns',
  clause: '3b-platform-security',
  title: 'Arguments for passwords, keys, cards or identity papers',
  remedy: {
    who: 'developer',
    what: 'Declare a credential: people give keys to the vault, not to a conversation. Take payments and papers on your own pages.',
  },
  source: 'OpenAI app guidelines; OWASP MCP; PCI DSS',
  *each(tool, at) {
    for (const { name, pointer, schema } of parametersOf(tool)) {
      const plain = plainName(name)
      if (SECRETS.has(plain) || schema['format'] === 'password')
        return void (yield {
          pointer: `${at}${pointer}`,
          message: `"${tool.name}" asks for "${name.slice(0, 60)}". A key in the arguments passes through the assistant and its provider.`,
        })
      if (PAPERS.has(plain))
        return void (yield {
          pointer: `${at}${pointer}`,
          message: `"${tool.name}" asks for "${name.slice(0, 60)}", which no conversation should hold.`,
        })
    }
  },
})
