/** The story on a machine where others hold the usual ports, as a broker or another server often does. */
import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { processesOf, startStory } from '../support/story-run.ts'

const USUAL_PORTS = [8883, 8443, 8444, 8080]

test('the story comes out right on other ports when the usual ones are taken', {
  timeout: 300_000,
}, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'fleetward-ports-'))
  const occupants = await Promise.all(USUAL_PORTS.map(occupy))
  const story = startStory(folder)
  try {
    const { status, output } = await story.end
    assert.equal(status, 0, output)
    const { listen } = JSON.parse(await readFile(join(folder, 'server.json'), 'utf8'))
    for (const port of USUAL_PORTS) assert.equal(Object.values(listen).includes(port), false)
    assert.deepEqual(processesOf(folder), [], 'the story left processes behind')
  } finally {
    story.child.kill('SIGKILL')
    for (const pid of processesOf(folder)) process.kill(pid, 'SIGKILL')
    for (const occupant of occupants) occupant?.close()
    await rm(folder, { recursive: true, force: true })
  }
})

/** Takes the port unless somebody has it already, which serves as well. */
function occupy(port: number): Promise<Server | undefined> {
  return new Promise((resolve) => {
    const server = createServer((socket) => socket.destroy())
    server.once('error', () => resolve(undefined))
    server.listen(port, '127.0.0.1', () => resolve(server))
  })
}
