import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import { withCode } from '../../../../test/support/signed-messages.ts'
import { Conversation } from './conversation.ts'

let folder: string
/** The two ends of one connection; `theirs` reads nothing unless a test does. */
let ours: Socket
let theirs: Socket
let close: () => Promise<unknown>

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fleetward-conversation-'))
  const server = createServer({ pauseOnConnect: true })
  server.listen(join(folder, 'socket'))
  await once(server, 'listening')
  const accepted = once(server, 'connection')
  ours = connect(join(folder, 'socket'))
  theirs = ((await accepted) as [Socket])[0]
  close = async () => {
    ours.destroy()
    theirs.destroy()
    await new Promise((resolve) => server.close(resolve))
  }
})
afterEach(async () => {
  await close()
  await rm(folder, { recursive: true })
})

const conversation = () =>
  new Conversation(ours, {
    answer: async () => true,
    onFailed: (error) => assert.fail(String(error)),
  })

test('a question that is still being sent when the other side goes is refused, and nothing else', async () => {
  const speaking = conversation()
  // More than a socket takes from a side whose peer does not read.
  const asked = speaking.ask('write', { text: 'x'.repeat(8 * 1024 * 1024) })
  const refused = assert.rejects(asked, withCode('INSTALLER_UNREACHABLE'))
  // An end of the stream, not of the connection: what is unsent cannot be sent any more either.
  theirs.end()
  await refused
  await speaking.ended
})
