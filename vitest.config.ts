import { defineConfig } from 'vitest/config'

// One process for each file of kernel tests, which put theirs into namespaces of its own (test/support/isolate.ts).
// In User-mode Linux there is one slow CPU, where a test takes ten times as long and more on a busy machine; in qemu without KVM fifty times.
const timeouts: Readonly<Record<string, number>> = { uml: 180_000, qemu: 600_000 }
const timeout = timeouts[process.env['RIK_ENGINE'] ?? ''] ?? 60_000

export default defineConfig({
  test: {
    pool: 'forks',
    isolate: true,
    maxWorkers: 2,
    testTimeout: timeout,
    hookTimeout: timeout,
    expect: { poll: { timeout: 10_000 } },
    reporters: ['default', './test/support/reporter.ts'],
    setupFiles: ['./test/support/every-module.ts', './test/support/seed.ts'],
    // `npm run coverage`: what must be covered by the pure tests, since it is what bytes from outside run through.
    coverage: {
      provider: 'v8',
      include: ['src/wire/**', 'src/codec/**', 'src/engine/**', 'src/errors/**'],
      reporter: ['text', 'json'],
      thresholds: { branches: 95 },
    },
    projects: [
      {
        extends: true,
        // They share processes: loading the sources takes a second each time.
        test: { name: 'pure', include: ['test/**/*.test.ts'], exclude: ['test/kernel/**'], isolate: false },
      },
      {
        extends: true,
        test: {
          name: 'kernel',
          include: ['test/kernel/**/*.test.ts'],
          setupFiles: ['test/support/isolate.ts', './test/support/every-module.ts'],
        },
      },
    ],
  },
})
