import assert from 'node:assert/strict'
import { once } from 'node:events'
import { after, before, describe, test } from 'node:test'
import { connect as tlsConnect } from 'node:tls'
import {
  cohortManifestTopic,
  commandTopic,
  deviceManifestTopic,
  importKeySet,
  MQTT_PACKET_MAX_BYTES,
  presenceTopic,
  reportTopic,
  verifyCommand,
} from '@fleetward/shared'
import type { MqttClient } from 'mqtt'
import { secondsOf } from '../../src/ports.ts'
import { generateP256 } from '../../src/tls/x509.ts'
import { EdgeUnderTest, endings, OTHER_PRODUCT, PRODUCT } from '../support/edge-under-test.ts'
import { strangeFleetAuthority } from '../support/test-authorities.ts'
import { keyPem, next, TestDevice } from '../support/test-device.ts'

/** A subscription was refused: SUBACK 128. */
const REFUSED = 128
const COHORT = cohortManifestTopic(PRODUCT, 'everyone')

describe('at the broker', () => {
  const context = endings()
  let edge: EdgeUnderTest
  let device: TestDevice
  before(async () => {
    edge = await EdgeUnderTest.start(context)
    device = await TestDevice.enrolled(context, edge, 'lumen-1')
  })
  after(() => context.endAll())

  /** CRA P-d0, P-058 */
  describe('the door stays shut', () => {
    const shut = async (options: object, pattern: RegExp) =>
      assert.rejects(device.mqtt(options), (error: Error) => {
        assert.match(`${error.message} ${'code' in error ? String(error.code) : ''}`, pattern)
        return true
      })

    test('for nobody’s certificate', async () => {
      await shut({ key: undefined, cert: undefined }, /CERTIFICATE_REQUIRED|ECONNRESET|closed/)
    })

    test('for a certificate of another authority, worded like ours', async () => {
      const stranger = await strangeFleetAuthority()
      const keys = await generateP256()
      const spki = Buffer.from(await crypto.subtle.exportKey('spki', keys.publicKey))
      const forged = await stranger.issue(PRODUCT, 'lumen-1', spki, new Date())
      await shut({ key: await keyPem(keys), cert: forged.pem }, /UNKNOWN_CA|ECONNRESET|closed/)
    })

    test('for a certificate that the fleet CA signed but nobody recorded', async () => {
      const ours = await edge.fleetAuthority()
      const keys = await generateP256()
      const spki = Buffer.from(await crypto.subtle.exportKey('spki', keys.publicKey))
      const unknown = await ours.issue(PRODUCT, 'lumen-1', spki, new Date())
      await shut({ key: await keyPem(keys), cert: unknown.pem }, /Not authorized/)
    })

    test('for the right device under another product’s name', async () => {
      const ours = await edge.fleetAuthority()
      const keys = await generateP256()
      const spki = Buffer.from(await crypto.subtle.exportKey('spki', keys.publicKey))
      const other = await ours.issue(OTHER_PRODUCT, 'lumen-1', spki, new Date())
      // Even if the record itself were wrong.
      const row = { state: 'pending', public_key: spki, issued_at: 0 } as const
      await edge.db
        .insertInto('device_certificates')
        .values({ ...row, device: 'lumen-1', serial: other.serial, pem: other.pem, not_after: 0 })
        .execute()
      await shut({ key: await keyPem(keys), cert: other.pem }, /Not authorized/)
    })

    test('for a certificate that a stolen fleet CA made under a known serial number', async () => {
      await TestDevice.enrolled(context, edge, 'lumen-9')
      const keys = await generateP256()
      const spki = Buffer.from(await crypto.subtle.exportKey('spki', keys.publicKey))
      const ours = await edge.fleetAuthority()
      const forged = await ours.issue(PRODUCT, 'lumen-9', spki, new Date())
      await edge.db
        .updateTable('device_certificates')
        .set({ serial: forged.serial })
        .where('device', '=', 'lumen-9')
        .execute()
      const thief = { key: await keyPem(keys), cert: forged.pem, clientId: 'lumen-9' }
      await shut(thief, /Not authorized/)
    })

    test('for a client id that is not the certificate’s name', async () => {
      await TestDevice.enrolled(context, edge, 'lumen-2')
      await shut({ clientId: 'lumen-2' }, /Identifier rejected/)
      await shut({ clientId: '' }, /Identifier rejected|closed|ECONNRESET/)
    })

    test('for a session that would outlive its connection', async () => {
      await shut({ clean: false }, /Not authorized/)
    })

    test('for a last will on a topic that is not the device’s presence', async () => {
      const topic = presenceTopic(PRODUCT, 'lumen-2')
      await shut({ will: { topic, payload: 'offline', qos: 1, retain: true } }, /Not authorized/)
      const own = presenceTopic(PRODUCT, 'lumen-1')
      await shut(
        { will: { topic: own, payload: 'online', qos: 1, retain: true } },
        /Not authorized/,
      )
    })

    test('for MQTT 5, which this broker does not speak', async () => {
      await shut({ protocolVersion: 5 }, /protocol version|closed|ECONNRESET/i)
    })

    // CRA P-065
    test('for TLS 1.2', async () => {
      const socket = tlsConnect({
        ...{ host: '127.0.0.1', port: edge.edge.ports.mqtt, maxVersion: 'TLSv1.2' },
        ...{ ca: edge.edge.anchors.serverCaPem, key: device.key, cert: device.certificate },
      })
      const [error] = await once(socket, 'error')
      assert.match(String(error.code), /ALERT_PROTOCOL_VERSION/)
    })
  })

  test('a device reads its cohort’s manifests and its own topics, one by one', async () => {
    const client = await device.mqtt()
    const topics = [
      COHORT,
      deviceManifestTopic(PRODUCT, 'lumen-1'),
      commandTopic(PRODUCT, 'lumen-1'),
    ]
    for (const topic of topics) assert.deepEqual(await granted(client, topic), [1])
  })

  // CRA P-082
  test('a device subscribes to nothing else', async () => {
    const client = await device.mqtt()
    const foreign = [
      '#',
      '+/#',
      'ota/#',
      `ota/1/${PRODUCT}/cohorts/+/manifest`,
      `ota/1/${PRODUCT}/devices/lumen-1/+`,
      `${COHORT}/#`,
      cohortManifestTopic(PRODUCT, 'pilot'),
      cohortManifestTopic(OTHER_PRODUCT, 'everyone'),
      deviceManifestTopic(PRODUCT, 'lumen-2'),
      commandTopic(PRODUCT, 'lumen-2'),
      reportTopic(PRODUCT, 'lumen-1'),
      presenceTopic(PRODUCT, 'lumen-1'),
      `$share/g/${COHORT}`,
      '$SYS/#',
    ]
    for (const topic of foreign)
      assert.deepEqual([topic, await granted(client, topic)], [topic, [REFUSED]])
    assert.deepEqual(await granted(client, ...foreign.slice(0, 2), COHORT), [REFUSED, REFUSED, 1])
  })

  test('publishing anywhere but to its own report and presence ends the connection', async () => {
    const foreign: [topic: string, payload: string, options?: object][] = [
      [COHORT, 'manifest'],
      [deviceManifestTopic(PRODUCT, 'lumen-1'), 'manifest'],
      [commandTopic(PRODUCT, 'lumen-1'), 'command'],
      [reportTopic(PRODUCT, 'lumen-2'), 'report'],
      [reportTopic(OTHER_PRODUCT, 'lumen-1'), 'report'],
      [presenceTopic(PRODUCT, 'lumen-2'), 'online'],
      [presenceTopic(PRODUCT, 'lumen-1'), 'perhaps'],
      [presenceTopic(PRODUCT, 'lumen-1'), ''],
      [reportTopic(PRODUCT, 'lumen-1'), 'x'.repeat(8193)],
      [reportTopic(PRODUCT, 'lumen-1'), 'retained', { retain: true }],
      [reportTopic(PRODUCT, 'lumen-1'), 'twice', { qos: 2 }],
      ['$SYS/broker', 'x'],
      ['anything', 'x'],
    ]
    for (const [topic, payload, options] of foreign) {
      const client = await device.mqtt()
      const closed = next(client, 'close')
      client.publish(topic, payload, { qos: 1, ...options }, () => {})
      await closed
    }
    const { body } = await edge.operator('GET', '/devices/lumen-1')
    assert.equal(body.reports.last, 0)
  })

  test('a packet over the limit ends the connection before it is read', async () => {
    const client = await device.mqtt()
    const closed = next(client, 'close')
    client.publish(reportTopic(PRODUCT, 'lumen-1'), 'x'.repeat(MQTT_PACKET_MAX_BYTES), { qos: 1 })
    await closed
    assert.ok(edge.logged.some((line) => line.code === 'PACKET_TOO_LONG'))
  })

  test('a retained manifest reaches who listens and who comes later', async () => {
    const client = await device.mqtt()
    await granted(client, COHORT)
    const first = message(client)
    await edge.edge.publisher.publishRetained(COHORT, 'token-1')
    assert.deepEqual(await first, { topic: COHORT, payload: 'token-1', retain: false })
    await client.endAsync()

    const later = await device.mqtt()
    const retained = message(later)
    await granted(later, COHORT)
    assert.deepEqual(await retained, { topic: COHORT, payload: 'token-1', retain: true })
  })

  test('an empty token clears the topic', async () => {
    const other = await TestDevice.enrolled(context, edge, 'cleared', { cohort: 'cleared' })
    const [kept, gone] = [
      deviceManifestTopic(PRODUCT, 'cleared'),
      cohortManifestTopic(PRODUCT, 'cleared'),
    ]
    await edge.edge.publisher.publishRetained(gone, 'gone')
    await edge.edge.publisher.publishRetained(gone, '')
    await edge.edge.publisher.publishRetained(kept, 'kept')
    const client = await other.mqtt()
    const only = message(client)
    await granted(client, gone)
    await granted(client, kept)
    assert.equal((await only).payload, 'kept')
  })

  test('a new connection of the same device takes the place of the old one', async () => {
    const first = await device.mqtt()
    const closed = next(first, 'close')
    const second = await device.mqtt()
    await closed
    assert.deepEqual(await granted(second, COHORT), [1])
  })

  test('revoking a device ends its connection and lets it in nowhere', async () => {
    const lost = await TestDevice.enrolled(context, edge, 'lost')
    const client = await lost.mqtt()
    const closed = next(client, 'close')
    assert.equal((await edge.operator('POST', '/devices/lost/revoke')).status, 200)
    await closed
    await assert.rejects(lost.mqtt(), /Not authorized/)
    assert.equal((await lost.https('/devices/self')).status, 403)
  })

  test('presence is on record: come, gone, and torn away', async () => {
    const flickering = await TestDevice.enrolled(context, edge, 'flickering')
    const topic = presenceTopic(PRODUCT, 'flickering')
    const online = async (wanted: boolean) => {
      for (;;) {
        const { body } = await edge.operator('GET', '/devices/flickering')
        if (body.online === wanted) return
      }
    }
    const client = await flickering.mqtt({
      will: { topic, payload: 'offline', qos: 1, retain: true },
    })
    await client.publishAsync(topic, 'online', { qos: 1, retain: true })
    await online(true)
    client.stream.destroy()
    await online(false)
    const again = await flickering.mqtt()
    await again.publishAsync(topic, 'online', { qos: 1, retain: true })
    await online(true)
    await again.endAsync()
    await online(false)
  })

  describe('commands', () => {
    test('a command waits for the device and is signed when it comes', async () => {
      const sleeper = await TestDevice.enrolled(context, edge, 'sleeper')
      const posted = await edge.operator('POST', '/devices/sleeper/commands', {
        command: 'check-now',
      })
      assert.deepEqual([posted.status, posted.body.state], [202, 'pending'])
      const signedAt = edge.clock.at.getTime() + 3_600_000
      edge.clock.at = new Date(signedAt)

      const client = await sleeper.mqtt()
      const arrived = message(client)
      await granted(client, commandTopic(PRODUCT, 'sleeper'))
      const command = await verified(edge, 'sleeper', (await arrived).payload)
      assert.equal(command.command, 'check-now')
      assert.equal(command.iat, Math.floor(signedAt / 1000))

      const following = message(client)
      await edge.operator('POST', '/devices/sleeper/commands', { command: 'check-now' })
      const next = await verified(edge, 'sleeper', (await following).payload)
      assert.equal(next.seq, command.seq + 1)
      for (;;) {
        const { body } = await edge.operator('GET', '/devices/sleeper/commands')
        if (body.every((intent: { state: string }) => intent.state === 'sent')) break
      }
    })

    test('only the last of the same wishes is sent', async () => {
      await TestDevice.enrolled(context, edge, 'wished')
      for (const cohort of ['pilot', 'beta']) {
        await edge.operator('POST', '/devices/wished/commands', {
          command: 'assign',
          arguments: { cohort },
        })
      }
      const { body } = await edge.operator('GET', '/devices/wished/commands')
      assert.deepEqual(
        body.map((intent: { arguments: object }) => intent.arguments),
        [{ cohort: 'beta' }],
      )
    })

    test('assigning a device moves its rights at once, also on a live connection', async () => {
      const moved = await TestDevice.enrolled(context, edge, 'moved')
      const client = await moved.mqtt()
      await granted(client, COHORT, commandTopic(PRODUCT, 'moved'))
      const arrived = messages(client)
      await edge.operator('POST', '/devices/moved/commands', {
        command: 'assign',
        arguments: { cohort: 'pilot' },
      })
      await edge.edge.publisher.publishRetained(COHORT, 'not for you')
      const pilot = cohortManifestTopic(PRODUCT, 'pilot')
      assert.deepEqual(await granted(client, COHORT, pilot), [REFUSED, 1])
      await edge.edge.publisher.publishRetained(pilot, 'for you')
      while (!arrived.some(({ payload }) => payload === 'for you')) await next(client, 'message')
      assert.ok(!arrived.some(({ payload }) => payload === 'not for you'))
      assert.deepEqual((await moved.https('/devices/self')).json.cohort, 'pilot')
    })

    test('a device that missed its assignment is told again', async () => {
      const strayed = await TestDevice.enrolled(context, edge, 'strayed', { cohort: 'pilot' })
      const client = await strayed.mqtt()
      const arrived = message(client)
      assert.deepEqual(await granted(client, COHORT, commandTopic(PRODUCT, 'strayed')), [
        REFUSED,
        1,
      ])
      const command = await verified(edge, 'strayed', (await arrived).payload)
      assert.deepEqual([command.command, command.arguments.cohort], ['assign', 'pilot'])
    })

    test('what is no command is refused, and for no device there is none', async () => {
      for (const body of [
        { command: 'format-disk' },
        { command: 'assign' },
        { command: 'assign', arguments: { cohort: '+' } },
        { command: 'check-now', arguments: { extra: 1 } },
      ]) {
        const answer = await edge.operator('POST', '/devices/lumen-1/commands', body)
        assert.deepEqual([answer.status, answer.body.code], [400, 'REQUEST_INVALID'])
      }
      const nobody = await edge.operator('POST', '/devices/nobody/commands', {
        command: 'check-now',
      })
      assert.deepEqual([nobody.status, nobody.body.code], [404, 'NO_SUCH_DEVICE'])
    })
  })
})

test('retained manifests and sequence numbers survive a restart, presence does not', async (t) => {
  const edge = await EdgeUnderTest.start(t)
  const device = await TestDevice.enrolled(t, edge, 'lumen-1')
  const client = await device.mqtt()
  await client.publishAsync(presenceTopic(PRODUCT, 'lumen-1'), 'online', { qos: 1, retain: true })
  await granted(client, commandTopic(PRODUCT, 'lumen-1'))
  const before = message(client)
  await edge.operator('POST', '/devices/lumen-1/commands', { command: 'check-now' })
  const { seq } = await verified(edge, 'lumen-1', (await before).payload)
  await edge.edge.publisher.publishRetained(COHORT, 'token-1')
  await edge.stop()
  await edge.start()

  assert.equal((await edge.operator('GET', '/devices/lumen-1')).body.online, false)
  const again = await device.mqtt()
  const retained = message(again)
  await granted(again, COHORT)
  assert.deepEqual((await retained).payload, 'token-1')
  const following = message(again)
  await granted(again, commandTopic(PRODUCT, 'lumen-1'))
  await edge.operator('POST', '/devices/lumen-1/commands', { command: 'check-now' })
  assert.ok((await verified(edge, 'lumen-1', (await following).payload)).seq > seq)
})

async function granted(client: MqttClient, ...topics: string[]): Promise<number[]> {
  const { promise, resolve } = Promise.withResolvers<number[]>()
  const onPacket = (packet: { cmd: string; granted?: unknown }) => {
    if (packet.cmd === 'suback') resolve(packet.granted as number[])
  }
  client.on('packetreceive', onPacket)
  // mqtt.js rejects a subscription of which all was refused; the answer itself is what counts.
  client.subscribeAsync(topics, { qos: 1 }).catch(() => {})
  const codes = await promise
  client.off('packetreceive', onPacket)
  return codes
}

interface Arrived {
  readonly topic: string
  readonly payload: string
  readonly retain: boolean
}

async function message(client: MqttClient): Promise<Arrived> {
  const [topic, payload, { retain }] = await next(client, 'message')
  return { topic, payload: payload.toString(), retain }
}

function messages(client: MqttClient): Arrived[] {
  const arrived: Arrived[] = []
  client.on('message', (topic, payload, { retain }) => {
    arrived.push({ topic, payload: payload.toString(), retain })
  })
  return arrived
}

async function verified(edge: EdgeUnderTest, device: string, token: string) {
  const { kid, key } = edge.commandKey
  const x = Buffer.from(key.publicKey.bytes).toString('base64url')
  const jwks = { keys: [{ kty: 'OKP', crv: 'Ed25519', alg: 'Ed25519', use: 'sig', kid, x }] }
  const keys = await importKeySet(Buffer.from(JSON.stringify(jwks)))
  const now = secondsOf(edge.clock)
  return verifyCommand(token, { keys, product: PRODUCT, device, now })
}
