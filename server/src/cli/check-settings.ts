import { type Settings, variableOf } from '../config/index.ts'
import type { Checked } from './doctor.ts'

/** What the settings alone say about safety. */
export function checkSettings(settings: Settings): readonly Checked[] {
  return [...checkAddress(settings), ...checkProxies(settings), ...checkFigures(settings), ...checkDangers(settings)]
}

function checkAddress({ publicUrl, host }: Settings): readonly Checked[] {
  const check = 'public address'
  if (publicUrl === undefined) {
    if (isLoopback(host)) return [{ check, state: 'good', message: 'only this machine can reach it' }]
    const fix = `Set ${variableOf('publicUrl')} to the address that people use, such as https://connect.example.org.`
    return [{ check, state: 'wrong', message: `it listens on ${host} and does not know under which name`, fix }]
  }
  const { protocol, hostname } = new URL(publicUrl)
  if (protocol === 'https:' || isLoopback(hostname)) return [{ check, state: 'good', message: publicUrl }]
  const fix = 'Put a server that speaks https in front, such as Caddy, and use its address. Passwords and tokens travel in the clear until then.'
  return [{ check, state: 'wrong', message: `${publicUrl} is not https`, fix }]
}

function checkProxies({ publicUrl, trustedProxies, host }: Settings): readonly Checked[] {
  const check = 'trusted proxies'
  const everybody = trustedProxies.filter((range) => /^(0\.0\.0\.0|::)\/0$|^\*$|^true$/.test(range.trim()))
  if (everybody.length > 0) {
    const fix = `Name the address of your proxy in ${variableOf('trustedProxies')}. As it is, anybody can claim any address.`
    return [{ check, state: 'wrong', message: `${everybody.join(', ')} means everybody`, fix }]
  }
  if (publicUrl?.startsWith('https:') === true && trustedProxies.length === 0) {
    const fix = `Name it in ${variableOf('trustedProxies')}; without that, attempts to sign in are counted for everybody together.`
    const message = `https ends at another server${isLoopback(host) ? ' on this machine' : ''}, and that one is not named`
    return [{ check, state: 'note', message, fix }]
  }
  return [{ check, state: 'good', message: trustedProxies.length === 0 ? 'none' : trustedProxies.join(', ') }]
}

function checkFigures({ metricsHost, metricsPort }: Settings): readonly Checked[] {
  const check = 'figures'
  if (isLoopback(metricsHost)) return [{ check, state: 'good', message: `only this machine reads them, at port ${metricsPort}` }]
  const fix = 'Make sure that only your monitoring reaches that port; it asks nobody who they are.'
  return [{ check, state: 'note', message: `/metrics is open on ${metricsHost}:${metricsPort}`, fix }]
}

function checkDangers(settings: Settings): readonly Checked[] {
  const dangers = (['dangerouslyAllowPrivateAddresses', 'dangerouslyAllowLastingYesForDestructive', 'movableClock'] as const).filter(
    (name) => settings[name],
  )
  if (dangers.length === 0) return [{ check: 'dangerous settings', state: 'good', message: 'none is on' }]
  return dangers.map((name) => ({
    check: 'dangerous settings',
    state: 'wrong',
    message: `${variableOf(name)} is on`,
    fix: 'Take it out everywhere but on a machine for development.',
  }))
}

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host)
}
