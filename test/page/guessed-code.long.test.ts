/** Somebody guesses the pairing code of a real device, at the speed the device allows; the server hears of it. */
import assert from 'node:assert/strict'
import { request } from 'node:http'
import { after, test } from 'node:test'
import { Fleet } from '../end-to-end/support/fleet.ts'
import { until } from '../end-to-end/support/until.ts'
import { pairingOf } from './browser.ts'

const fleet = await Fleet.inside()
after(() => fleet.end())

test('five wrong codes are in a report that the server keeps (CRA P-062)', async () => {
  const device = await fleet.device('G1-0001', {
    ...{ cohort: 'guessed', settings: { page: { port: 0 } } },
  })
  device.start()
  await fleet.untilSeen(device, { online: true })
  const { port, host } = new URL((await pairingOf(device)).url)
  const guess = () =>
    new Promise<number | undefined>((resolve, reject) => {
      const headers = { host, origin: `http://${host}`, 'content-type': 'application/json' }
      const options = { host: '127.0.0.1', port, path: '/session', method: 'POST', headers }
      request(options, (answer) => resolve(answer.resume().statusCode))
        .on('error', reject)
        .end('{"code":"ACDE-FHJK-MNPQ"}')
    })
  for (let tried = 0; tried < 5; tried++) {
    await until(
      async () => (await guess()) === 403,
      () => `try ${tried} was looked at\n${device.account()}`,
    )
  }
  const told = await until(
    async () =>
      (await fleet.reports(device))
        .map(({ token }) =>
          JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()),
        )
        .find(({ event }) => event?.name === 'pairing-code-guessed'),
    () => `a report tells of it\n${device.account()}`,
  )
  assert.deepEqual(told.event.facts, { tries: 5 })
})
