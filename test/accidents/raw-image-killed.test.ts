/** A sample of raw-image-killed.long.test.ts, and the order of writes as the kernel sees it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { KilledInstallation, moments, noStrace } from './raw-image-killed.ts'

test('the kernel sees: forbidden, not bootable, written, synced, read back past the cache, bootable', {
  skip: noStrace,
}, async () => {
  const watched = await KilledInstallation.prepare()
  try {
    const calls = await watched.run()
    const first = (what: RegExp) => calls.findIndex((line) => what.test(line))
    const last = (what: RegExp) => calls.findLastIndex((line) => what.test(line))
    const steps = [
      first(/rename\(.*environment/),
      first(/(unlink|unlinkat|rmdir)\(.*B\.json/),
      first(/fsync\(.*slots>/),
      first(/ftruncate\(.*b\.img/),
      first(/pwrite64\(.*b\.img/),
      last(/pwrite64\(.*b\.img/),
      last(/fsync\(.*b\.img/),
      first(/openat\(.*O_DIRECT/),
      last(/pread64\(.*b\.img/),
      first(/fsync\(.*B\.json/),
      first(/rename\(.*B\.json/),
      last(/fsync\(.*slots>/),
    ]
    assert.ok(
      steps.every((step) => step >= 0),
      steps.join(),
    )
    assert.deepEqual(
      steps,
      steps.toSorted((a, b) => a - b),
      calls.join('\n'),
    )
  } finally {
    await watched.remove()
  }
})

test('CRA P-079: killed at some calls that touch the disk, nothing half written boots', {
  skip: noStrace,
}, async (t) => {
  const all = await moments()
  assert.ok(all.length > 20, String(all.length))
  for (const moment of all.filter((_, index) => index % 8 === 1)) {
    await t.test(`${moment.call} ${moment.at}`, async () => {
      const killed = await KilledInstallation.prepare()
      try {
        await killed.run(moment)
        await killed.requireSound()
      } finally {
        await killed.remove()
      }
    })
  }
})
