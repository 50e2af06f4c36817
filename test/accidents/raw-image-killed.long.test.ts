/** Killed at every call that touches the disk while an image is installed over another one. */
import { test } from 'node:test'
import { KilledInstallation, moments, noStrace } from './raw-image-killed.ts'

test('CRA P-079: whenever the installation of an image is killed, nothing half written boots', {
  skip: noStrace,
}, async (t) => {
  for (const moment of await moments()) {
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
