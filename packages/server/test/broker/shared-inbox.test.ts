import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import type { BrokerInbox } from '../../src/broker/broker-inbox.ts'
import type { InboxStore } from '../../src/broker/inbox-store.ts'
import { openAccount } from '../../src/broker/mqtt-account.ts'
import { SharedInbox } from '../../src/broker/shared-inbox.ts'
import { mosquittoConfiguration } from '../support/mosquitto-program.ts'

const FOR_EVER = 0xffff_ffff
const own = { certificatePem: 'certificate', keyPem: 'key' }

test('a server that lost its hold lets go of the inbox, and has it emptied once more, before it takes another', async () => {
  const done: string[] = []
  let isHeld = true
  let named = 0
  const inboxes = {
    take: async () => {
      named += 1
      done.push(`take ${named}`)
      return String(named)
    },
    hold: async () => isHeld,
    abandon: async (clientId: string) => void done.push(`abandon ${clientId}`),
  } as Partial<InboxStore> as InboxStore
  const shared = new SharedInbox({
    inboxes,
    open: ({ clientId }) =>
      ({ close: async () => done.push(`close ${clientId}`) }) as unknown as BrokerInbox,
    holder: 'this server',
    clock: { now: () => new Date(0) },
  })
  await shared.settle()
  await shared.settle()
  isHeld = false
  await shared.settle()
  assert.deepEqual(done, ['take 1', 'close 1', 'abandon 1', 'take 2'])
})

test('sessions at Mosquitto have no lifetime, over which 2.0.11 crashes when it reads its rules; elsewhere they end', async () => {
  const lifetime = async (kind: 'mosquitto' | 'emqx') => {
    const account = await openAccount({ url: 'mqtts://localhost', kind }, own)
    return account.options('name', 'keeps').properties?.sessionExpiryInterval
  }
  assert.equal(await lifetime('mosquitto'), FOR_EVER)
  assert.equal(await lifetime('emqx'), 7 * 86_400)
})

test('Mosquitto is tried with every setting that its page recommends, and no other', async () => {
  const page = await readFile(
    new URL('../../../../docs/operating/brokers.md', import.meta.url),
    'utf8',
  )
  const path = '/anywhere'
  const plan = {
    ...{ folder: path, port: 8883, serverPort: 8884, certificateFile: path, keyFile: path },
    ...{ clientCaFile: path, aclFile: path, crlFile: path },
  }
  const [, block = ''] = /### Mosquitto\n```\n([^`]+)```/.exec(page) ?? []
  assert.deepEqual(settingsIn(block), settingsIn(mosquittoConfiguration(plan).join('\n')))
})

/** Without places, ports and comments, which are a machine's own. */
function settingsIn(text: string): string[] {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  const shown = lines.map((line) => (/\/|^listener/.test(line) ? (line.split(' ')[0] ?? '') : line))
  return [...new Set(shown)].sort()
}
