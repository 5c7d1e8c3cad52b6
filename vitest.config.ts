import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: [
      'contract/src/**/*.test.ts',
      'server/**/*.test.ts',
      'sdk/**/*.test.ts',
      'examples/**/*.test.ts',
      'e2e/**/*.test.ts',
      'scripts/**/*.test.ts',
      'bench/**/*.test.ts',
      'chaos/**/*.test.ts',
    ],
    exclude: ['**/node_modules/**', '**/dist/**'],
    pool: 'forks',
    // The sources run as they are, so nothing stands between Node and them; and files share a process, so that what they all import is loaded twice and not 250 times.
    experimental: { viteModuleRunner: false },
    isolate: false,
    globalSetup: ['server/test/postgres/global-setup.ts'],
    // A busy machine is slow, and no promise is about that.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // Where nobody watches, what fails is tried once more, and shown as retried: it is to be looked at, and does not stop what else is ready.
    retry: process.env['CI'] === undefined ? 0 : 1,
  },
})
