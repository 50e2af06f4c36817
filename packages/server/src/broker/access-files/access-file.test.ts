import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  cohortManifestTopic,
  commandTopic,
  deviceManifestTopic,
  presenceTopic,
  reportTopic,
} from '@fleetward/shared'
import { ACCESS_FORMATS, type AtBroker, accessFormatOf } from './access-file.ts'
import { mosquittoAcl } from './mosquitto-acl.ts'
import { rabbitmqDefinitions, usersIn } from './rabbitmq-definitions.ts'

const SERVER = 'fleetward-server'
const PRODUCT = 'lumen-gateway-g1'
const COHORT = cohortManifestTopic(PRODUCT, 'everyone')

const at = (device: string, cohort: string | undefined = 'everyone'): AtBroker => ({
  serverUser: SERVER,
  devices: [{ product: PRODUCT, device, cohort, isQuarantined: false }],
  shutOut: [],
  deviceQos: 1,
})
const held: AtBroker = {
  ...at('lumen-1'),
  devices: [{ ...first(at('lumen-1')), cohort: undefined }],
}

function first({ devices }: AtBroker) {
  const [device] = devices
  if (device === undefined) throw new Error('nobody there')
  return device
}

const everyFormat = Object.entries(ACCESS_FORMATS)

test('Mosquitto’s file names each device’s topics and nothing else', () => {
  const acl = mosquittoAcl(SERVER, at('lumen-1').devices)
  const [, device] = acl.split('user lumen-1\n')
  assert.deepEqual(device?.trim().split('\n'), [
    `topic read ${COHORT}`,
    `topic read ${deviceManifestTopic(PRODUCT, 'lumen-1')}`,
    `topic read ${commandTopic(PRODUCT, 'lumen-1')}`,
    `topic write ${reportTopic(PRODUCT, 'lumen-1')}`,
    `topic write ${presenceTopic(PRODUCT, 'lumen-1')}`,
  ])
})

for (const [kind, format] of everyFormat) {
  /** Both spellings of a topic: with strokes, and with dots that may be escaped. */
  const names = (text: string, topic: string) =>
    [topic, topic.replaceAll('/', '.'), topic.replaceAll('/', '\\\\.')].some((spelling) =>
      text.includes(spelling),
    )

  test(`a device that is held gets no line for its cohort: ${kind}`, () => {
    assert.ok(names(format(at('lumen-1')), COHORT))
    const text = format(held)
    assert.ok(!names(text, COHORT))
    assert.ok(names(text, commandTopic(PRODUCT, 'lumen-1')))
  })

  test(`a device with the server’s name does not become the server: ${kind}`, () => {
    const text = format(at(SERVER))
    assert.ok(!names(text, commandTopic(PRODUCT, SERVER)))
    assert.equal(text, format({ ...at(SERVER), devices: [] }))
  })

  test(`a name with a meaning of its own is no user: ${kind}`, () => {
    for (const serverUser of ['a\ntopic #', 'a"', '.*|x', '']) {
      assert.throws(() => format({ ...at('lumen-1'), serverUser }))
    }
  })
}

test('NATS gives deliveries of QoS 1 to the devices only where they are asked for', () => {
  const lineOf = (deviceQos: 0 | 1) =>
    ACCESS_FORMATS.nats({ ...at('lumen-1'), deviceQos })
      .split('\n')
      .find((line) => line.includes('"CN=lumen-1"'))
  assert.ok(!lineOf(0)?.includes('$MQTT'))
  assert.ok(lineOf(1)?.includes('$MQTT.sub.>'))
})

test('RabbitMQ’s patterns fit exactly the device’s topics', () => {
  const { topic_permissions, permissions } = JSON.parse(rabbitmqDefinitions(at('lumen-1')))
  const of = (user: string) =>
    topic_permissions.find((entry: { user: string }) => entry.user === user)
  const read = new RegExp(of('lumen-1').read)
  const key = (topic: string) => topic.replaceAll('/', '.')
  assert.ok(read.test(key(COHORT)))
  for (const foreign of [
    ...[key(cohortManifestTopic(PRODUCT, 'everyone-else')), key(commandTopic(PRODUCT, 'lumen-11'))],
    ...['#', 'ota.#', 'ota.1.*.cohorts.*.manifest', key(COHORT).replaceAll('.', 'x')],
  ]) {
    assert.ok(!read.test(foreign), foreign)
  }
  const server = of(SERVER)
  assert.ok(new RegExp(server.read).test('ota.1.*.devices.*.report'))
  assert.ok(new RegExp(server.write).test(key(COHORT)))
  assert.ok(!new RegExp(server.write).test(key(reportTopic(PRODUCT, 'lumen-1'))))
  const queues = permissions.find((entry: { user: string }) => entry.user === 'lumen-1').configure
  assert.ok(new RegExp(queues).test('mqtt-subscription-lumen-1qos1'))
  assert.ok(!new RegExp(queues).test('mqtt-subscription-lumen-2qos1'))
})

test('RabbitMQ is told of who was shut out, until they are enrolled again', () => {
  const gone = JSON.parse(rabbitmqDefinitions({ ...at('lumen-1'), shutOut: ['lumen-2'] }))
  const entry = gone.topic_permissions.find(({ user }: { user: string }) => user === 'lumen-2')
  assert.deepEqual([entry.read, entry.write], ['^$', '^$'])
  const again = rabbitmqDefinitions({ ...at('lumen-2'), shutOut: ['lumen-2'] })
  assert.equal(again, rabbitmqDefinitions(at('lumen-2')))
  assert.deepEqual(usersIn(again), ['lumen-2', SERVER])
  assert.deepEqual(usersIn('half a fi'), [])
})

test('of a broker of another kind nobody knows the file', () => {
  assert.equal(accessFormatOf('other'), undefined)
})
