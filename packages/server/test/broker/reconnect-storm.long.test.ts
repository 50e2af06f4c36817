/** A whole fleet comes back at once to the embedded broker, among connections that stall on purpose. */
import assert from 'node:assert/strict'
import { connect, type Socket } from 'node:net'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { reportTopic } from '@fleetward/shared'
import { EdgeUnderTest, PRODUCT } from '../support/edge-under-test.ts'
import { TestDevice } from '../support/test-device.ts'

const DEVICES = 300
const ENROLLED_AT_ONCE = 20
/** Of one address; they never say a word of TLS, and come again when they are turned away. */
const STALLING = 100
const REPORTS = 40
const AGAIN_MS = 200

test('reconnect storms (NervesHub PR #1212): 300 devices at once are all served while others stall in the handshake, and reports go on', {
  timeout: 80_000,
}, async (t) => {
  const edge = await EdgeUnderTest.start(t)
  const devices: TestDevice[] = []
  for (let first = 0; first < DEVICES; first += ENROLLED_AT_ONCE) {
    const batch = Array.from({ length: ENROLLED_AT_ONCE }, (_, i) => `lumen-${first + i}`)
    devices.push(...(await Promise.all(batch.map((id) => TestDevice.enrolled(t, edge, id)))))
  }
  const steady = await TestDevice.enrolled(t, edge, 'steady')
  const line = await steady.mqtt()

  const stalling = new Set<Socket>()
  let isOver = false
  t.after(() => {
    isOver = true
    for (const socket of stalling) socket.destroy()
  })
  const stall = () => {
    if (isOver) return
    const socket = connect(edge.edge.ports.mqtt, '127.0.0.1')
    stalling.add(socket)
    socket.on('error', () => {})
    socket.once('close', () => {
      stalling.delete(socket)
      setTimeout(stall, AGAIN_MS).unref()
    })
  }
  for (let i = 0; i < STALLING; i += 1) stall()

  const reporting = async () => {
    for (let i = 0; i < REPORTS; i += 1) {
      const token = await steady.report()
      await line.publishAsync(reportTopic(PRODUCT, steady.id), token, { qos: 1 })
    }
  }
  const clients = (await Promise.all([reporting(), ...devices.map(comeBack)])).slice(1)
  assert.equal(clients.length, DEVICES)
  assert.ok(clients.every((client) => client?.connected))
  assert.ok(line.connected, 'who was there before stays')
  assert.ok(stalling.size > 0, 'they stall to the end')
  const { body } = await edge.operator('GET', '/devices/steady')
  assert.deepEqual([body.reports.last, body.reports.missing], [REPORTS, 0])
})

/** As devices do: who is turned away comes again. */
async function comeBack(device: TestDevice) {
  for (;;) {
    try {
      return await device.mqtt({ connectTimeout: 60_000 })
    } catch {
      await pause(AGAIN_MS)
    }
  }
}
