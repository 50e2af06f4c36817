import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { afterEach, beforeEach, test } from 'node:test'
import { type DoctorSite, doctorSite, finding } from '../../../../test/support/doctor-site.ts'
import { FileRecordStore } from '../adapters/file-record-store.ts'
import { firstRecord } from '../core/agent-record.ts'
import { canonicalHost, listeningOf } from './listening.ts'

let device: DoctorSite
let servers: Server[]
beforeEach(async () => {
  device = await doctorSite()
  servers = []
})
afterEach(async () => {
  for (const server of servers) server.close()
  await device.remove()
})

async function listen(host: string): Promise<number> {
  const server = createServer()
  servers.push(server)
  server.listen(0, host)
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

/** Of this very process, CRA P-087. */
const judged = (page: object) =>
  finding('listens-nowhere-else', device.site({ page }, { pid: process.pid, procFolder: '/proc' }))

test('the kernel’s table says where a process listens', async () => {
  const port = await listen('127.0.0.1')
  const found = await listeningOf(`/proc/${process.pid}`)
  assert.deepEqual(found, [{ host: '127.0.0.1', port }])
})

test('an address of IPv6 reads the same however it was written', () => {
  assert.equal(canonicalHost('0000:0000:0000:0000:0000:0000:0000:0001'), '[::1]')
  assert.equal(canonicalHost('fe80::1%eth0'), '[fe80::1]')
})

test('a port of the page on this machine is well; the same port on all addresses is wrong', async () => {
  const port = await listen('127.0.0.1')
  assert.equal((await judged({ port })).level, 'ok')
  assert.equal((await judged({ port: 0 })).level, 'ok')
  const open = await listen('0.0.0.0')
  const { level, seen } = await judged({ port: 0, localNetwork: { address: '192.0.2.1' } })
  assert.equal(level, 'wrong')
  assert.equal(seen, `0.0.0.0:${open}`)
})

test('a port that is not the page’s is wrong', async () => {
  const port = await listen('127.0.0.1')
  await listen('127.0.0.1')
  assert.equal((await judged({ port })).level, 'wrong')
})

test('on the local network the page may listen until the owner says no', async () => {
  const port = await listen('0.0.0.0')
  const page = { localNetwork: { port } }
  assert.equal((await judged(page)).level, 'ok')
  const elsewhere = { localNetwork: { port, address: '192.0.2.1' } }
  assert.equal((await judged(elsewhere)).level, 'wrong')
  const record = { ...firstRecord('pilot', 1, 0), owner: { pageLocalNetwork: false } }
  await new FileRecordStore(device.at('data')).save(record)
  assert.equal((await judged(page)).level, 'wrong')
})
