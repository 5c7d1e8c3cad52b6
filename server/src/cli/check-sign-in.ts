import { type Settings, variableOf, withSecret } from '../config/index.ts'
import { isLoopback } from './check-settings.ts'
import type { Checked } from './doctor.ts'

/** What the settings say about how people come in. */
export function checkSignIn(settings: Settings): readonly Checked[] {
  return [...checkSecondFactor(settings), ...checkPasskeys(settings), ...settings.signInProviders.flatMap((one) => checkProvider(one, settings))]
}

function checkSecondFactor({ secondFactorRoles, publicUrl, host }: Settings): readonly Checked[] {
  const check = 'second factor'
  if (secondFactorRoles.length > 0) return [{ check, state: 'good', message: `asked for of: ${secondFactorRoles.join(', ')}` }]
  const near = publicUrl === undefined ? isLoopback(host) : isLoopback(new URL(publicUrl).hostname)
  if (near) return [{ check, state: 'good', message: 'not asked for; only this machine can reach it' }]
  const fix = `Set ${variableOf('secondFactorRoles')} to operator,reviewer,auditor, once those people have a passkey or an authenticator app.`
  return [{ check, state: 'note', message: 'a password alone opens every account, those of operators too', fix }]
}

function checkPasskeys({ publicUrl }: Settings): readonly Checked[] {
  const check = 'passkeys'
  const hostname = publicUrl === undefined ? 'localhost' : new URL(publicUrl).hostname
  const fix = `Set ${variableOf('publicUrl')} to an address with a host name.`
  // A bare address cannot own passkeys (WebAuthn section 5.1.2, "effective domain").
  if (/^[\d.]+$|^\[/.test(hostname)) return [{ check, state: 'note', message: `do not work at ${hostname}, which is no host name`, fix }]
  return [{ check, state: 'good', message: `belong to ${hostname}; moving to another host name ends them` }]
}

function checkProvider(provider: Settings['signInProviders'][number], { publicUrl, dangerouslyAllowPrivateAddresses }: Settings): readonly Checked[] {
  const check = `sign-in through ${provider.name}`
  const found: Checked[] = []
  try {
    if (withSecret(provider).clientSecret === null)
      found.push({ check, state: 'note', message: 'it has no client secret, as a public client has none' })
  } catch {
    const fix = 'Put the client secret where the settings say that it is.'
    found.push({ check, state: 'wrong', message: 'its client secret is not there', fix })
  }
  if (!provider.issuer.startsWith('https:') && !(dangerouslyAllowPrivateAddresses && isLoopback(new URL(provider.issuer).hostname)))
    found.push({ check, state: 'wrong', message: `its issuer ${provider.issuer} is not https`, fix: 'Use the https address of the issuer.' })
  if (provider.create && provider.emailDomains.length === 0)
    found.push({
      check,
      state: 'note',
      message: 'whoever has an account there gets one here',
      fix: 'Name the domains of your people in emailDomains, or turn create off, unless the provider is for your people only.',
    })
  if (provider.create && provider.roles.some((role) => role === 'operator'))
    found.push({
      check,
      state: 'wrong',
      message: 'it makes operators of newcomers',
      fix: 'Take operator out of its roles; give it to people one by one.',
    })
  if (provider.linkByEmail && provider.emailDomains.length === 0)
    found.push({
      check,
      state: 'note',
      message: 'it opens any account by its e-mail address',
      fix: 'Name in emailDomains the domains for which you trust it to confirm addresses.',
    })
  if (found.length > 0) return found
  return [{ check, state: 'good', message: `it sends people back to ${publicUrl ?? 'this address'}/sign-in/back/${provider.id}` }]
}
