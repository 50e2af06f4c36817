import assert from 'node:assert/strict'
import { test } from 'node:test'
import { presenceTopic } from '@fleetward/shared'
import { pino } from 'pino'
import { OutsideTraffic } from './outside-traffic.ts'

const TOPIC = presenceTopic('lumen-gateway-g1', 'lumen-1')

test('a device comes with what it says, and not with what the broker had retained for the server', async () => {
  const heard: string[] = []
  const outside = new OutsideTraffic({
    isOrdered: true,
    log: pino({ level: 'silent' }),
    traffic: {
      report: async () => {},
      reportFromCrowd: async () => {},
      connected: () => {},
      came: ({ device }) => heard.push(`${device} came`),
      presence: ({ device }, online) => heard.push(`${device} ${online ? 'is here' : 'left'}`),
      listening: ({ device }) => heard.push(`${device} listens`),
      strayed: () => {},
      letIn: () => {},
    },
  })
  const says = async (payload: string, retain: boolean) => {
    const packet = { cmd: 'publish', topic: TOPIC, qos: 1, dup: false } as const
    await outside.take({ ...packet, payload, retain })
    return heard.splice(0)
  }
  assert.deepEqual(await says('online', true), ['lumen-1 listens'])
  assert.deepEqual(await says('online', false), ['lumen-1 came', 'lumen-1 listens'])
  assert.deepEqual(await says('offline', false), ['lumen-1 left'])
})
