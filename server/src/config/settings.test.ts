import { describe, expect, it } from 'vitest'
import { decideSettings, SettingsError, variableOf } from './index.ts'

const nothing = { flags: {}, environment: {}, file: undefined }

describe('settings', () => {
  it('start with nothing said', () => {
    const settings = decideSettings(nothing)

    expect(settings).toMatchObject({ port: 4400, metricsPort: 4401, host: '127.0.0.1', dangerouslyAllowPrivateAddresses: false })
  })

  it('let flags outrank the environment, and the environment the file', () => {
    const settings = decideSettings({
      flags: { port: 3 },
      environment: { HANDFAST_PORT: '2', HANDFAST_HOST: '0.0.0.0' },
      file: { path: 'h.yaml', content: { port: 1, host: '::1', logLevel: 'warn' } },
    })

    expect(settings).toMatchObject({ port: 3, host: '0.0.0.0', logLevel: 'warn' })
  })

  it('report every mistake at once, each with where it stands and its fix', () => {
    const attempt = () =>
      decideSettings({
        flags: {},
        environment: { HANDFAST_PUBLIC_URL: 'example.org/path' },
        file: { path: 'h.yaml', content: { prot: 4400, port: 'many' } },
      })

    expect(attempt).toThrow(SettingsError)
    try {
      attempt()
    } catch (error) {
      const { problems } = error as SettingsError
      expect(problems.map((problem) => problem.where).toSorted()).toEqual(['HANDFAST_PUBLIC_URL', 'h.yaml: port', 'h.yaml: prot'])
      expect(problems.find((problem) => problem.where === 'h.yaml: prot')?.fix).toContain('Did you mean port?')
    }
  })

  it('read internal APIs from the environment by name', () => {
    const settings = decideSettings({ ...nothing, environment: { HANDFAST_ALLOW_INTERNAL: 'tickets=10.1.0.7:8080, wiki=wiki.internal' } })

    expect(settings.allowInternal).toEqual([
      { name: 'tickets', host: '10.1.0.7', ports: [8080] },
      { name: 'wiki', host: 'wiki.internal' },
    ])
  })

  it('have one spelling in the environment', () => {
    expect(variableOf('publicUrl')).toBe('HANDFAST_PUBLIC_URL')
  })
})
