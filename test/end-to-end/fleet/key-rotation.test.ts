/** Keys that come and go: the director's under `trust/`, the manufacturer's in the root. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { generateKey, type SigningKey } from '@fleetward/platform'
import {
  cohortAudience,
  cohortManifestTopic,
  directorIssuer,
  encodeKeySet,
  keySetKeyId,
  MANIFEST_LIFETIME_SECONDS,
  signManifest,
} from '@fleetward/shared'
import { Desk, file } from '../../../packages/server/test/support/desk.ts'
import { Fleet, PRODUCT } from '../support/fleet.ts'

const fleet = await Fleet.inside()
after(() => fleet.end())

/** Published as the next one of the cohort, whoever signed it; the server's own come after it. */
async function publishManifest(by: SigningKey, cohort: string): Promise<number> {
  const now = Math.floor(Date.now() / 1000)
  fleet.server.aheadMs += 10_000
  const seq = now + Math.floor(fleet.server.aheadMs / 1000) - 5
  const manifest = {
    ...{ iss: directorIssuer(PRODUCT), aud: cohortAudience(PRODUCT, cohort) },
    ...{ iat: now, exp: now + MANIFEST_LIFETIME_SECONDS, seq, offers: [] },
  }
  const kid = keySetKeyId(by.publicKey.bytes)
  const token = await signManifest(manifest, { kid, key: await by.toCryptoKey() })
  await fleet.server.publisher?.publishRetained(cohortManifestTopic(PRODUCT, cohort), token)
  return seq
}

function directors(...more: SigningKey[]): Uint8Array {
  const own = JSON.parse(new TextDecoder().decode(ownDirectors)) as { keys: { x: string }[] }
  const keys = own.keys.map(({ x }) => Buffer.from(x, 'base64url'))
  return encodeKeySet([...keys, ...more.map(({ publicKey }) => publicKey.bytes)])
}
const ownDirectors = fleet.trust.get('trust/director.jwks')?.bytes ?? new Uint8Array()
const publishDirectors = (...more: SigningKey[]) =>
  fleet.publishTrust([file('trust/director.jwks', directors(...more))])

test('a director key that joins the key set counts at once, and one that has left it no more', async () => {
  const device = await fleet.device('G1-0001', { cohort: 'homes' })
  device.start()
  await fleet.untilSeen(device, { online: true, state: 'idle' })

  const joining = generateKey('ed25519')
  await publishDirectors(joining)
  const seq = await publishManifest(joining, 'homes')
  await device.untilEvent({ event: 'verified', what: 'manifest', seq })

  await publishDirectors()
  // The next refresh brings it, as every update does.
  await fleet.publish({ version: '1.4.3' })
  await fleet.rollOut('1.4.3', 'homes')
  await fleet.untilSeen(device, { state: 'idle', version: '1.4.3' })
  await publishManifest(joining, 'homes')
  await fleet.untilReported(device, { refused: 'manifest', code: 'TOKEN_KEY_UNKNOWN' })
  assert.equal((await fleet.view(device))?.state, 'idle')

  // After a restart as well: what is under trust/ on the disk was replaced.
  await device.stop()
  const restarted = device.events.length
  device.start()
  await device.untilEvent({ event: 'refused', code: 'TOKEN_KEY_UNKNOWN' }, restarted)
})

test('a device follows a root with other keys, and takes what they vouch for', async () => {
  const device = await fleet.device('G1-0002', { cohort: 'offices' })
  device.start()
  await fleet.untilSeen(device, { online: true, state: 'idle' })
  await fleet.publish({ version: '1.4.4' })
  await fleet.rollOut('1.4.4', 'offices')
  await fleet.untilSeen(device, { state: 'idle', version: '1.4.4' })

  // Everything offline is new: root, targets and both release roles.
  const before = fleet.desk
  fleet.desk = new Desk()
  fleet.desk.expires = before.expires
  await fleet.publishRoot((version) =>
    fleet.desk.rootMetadata(version, fleet.online, {
      signers: [...before.root.slice(0, 2), ...fleet.desk.root.slice(0, 2)],
    }),
  )
  await fleet.publishTrust([])
  await fleet.publishRole('security')
  await fleet.publishRole('functionality')
  await fleet.publish({ version: '1.4.5' })
  await fleet.rollOut('1.4.5', 'offices')
  await fleet.untilSeen(device, { state: 'idle', version: '1.4.5' })
  const metadata = await device.untilEvent({
    event: 'verified',
    what: 'metadata',
    version: '1.4.5',
  })
  assert.equal(metadata.root, 2)

  // One that was made before the rotation follows from its factory's root.
  const late = await fleet.device('G1-0003', { cohort: 'offices', factoryDesk: before })
  late.start()
  await fleet.untilSeen(late, { state: 'idle', version: '1.4.5' })
})
