/** The server's power plug, pulled in the middle of updates. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { Fleet } from '../support/fleet.ts'
import { reportChain } from '../support/report-chain.ts'
import { TcpRelay } from '../support/tcp-relay.ts'

const fleet = await Fleet.withServerProcess()
const wayToArtifacts = await TcpRelay.to(fleet.server.ports.device)
after(async () => {
  await fleet.end()
  await wayToArtifacts.end()
})

test('a server that is killed in the middle of updates loses nothing: each report once, manifests retained', async () => {
  await fleet.publish({ version: '1.4.3', ballastBytes: 400_000 })
  wayToArtifacts.bytesLetThrough = 200_000
  wayToArtifacts.thenCuts = false
  const urls = { device: `https://localhost:${wayToArtifacts.port}` }
  const devices = [
    await fleet.device('G1-0001', { cohort: 'homes', urls }),
    await fleet.device('G1-0002', { cohort: 'homes', urls }),
  ]
  await fleet.rollOut('1.4.3', 'homes')
  for (const device of devices) device.start()
  for (const device of devices) await device.untilEvent({ event: 'state', to: 'downloading' })

  await fleet.server.kill()
  wayToArtifacts.bytesLetThrough = Number.POSITIVE_INFINITY
  wayToArtifacts.cutAll()
  await fleet.server.start()
  // Nobody waits for it: what is being reported at that moment is told twice.
  await devices[0]?.untilEvent({ event: 'state', to: 'installing' })
  await fleet.server.kill()
  await fleet.server.start()

  for (const device of devices) {
    await fleet.untilSeen(device, { state: 'idle', version: '1.4.3', online: true })
    const chain = await reportChain(fleet, device)
    assert.deepEqual(chain.states, [
      ...['idle', 'offered', 'downloading', 'installing', 'arming', 'rebooting', 'trial'],
      ...['committing', 'idle'],
    ])
  }

  // The broker lost its memory; the manifest is there for whoever comes now.
  const late = await fleet.device('G1-0003', { cohort: 'homes' })
  late.start()
  await fleet.untilSeen(late, { state: 'idle', version: '1.4.3' })
})
