/** What leaves a device and where to: CRA P-g0, P-076. */
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { egressTargets, nftablesRules } from './egress.ts'
import { telemetryLines, uncatalogued } from './telemetry-catalogue.ts'

const SERVER = {
  public: 'https://updates.example:8444',
  device: 'https://updates.example:8443',
  mqtt: 'mqtts://[2001:db8::1]:8883',
}
const ADDRESSES = new Map([
  ['updates.example', ['192.0.2.7', '2001:db8::7']],
  ['2001:db8::1', ['2001:db8::1']],
])

test('the agent connects to three places of its server and to nothing else', () => {
  const targets = egressTargets({ server: SERVER, proxy: undefined, logSink: undefined })
  assert.deepEqual(
    targets.map(({ host, port, protocol }) => [host, port, protocol]),
    [
      ['updates.example', 8444, 'tls'],
      ['updates.example', 8443, 'tls'],
      ['2001:db8::1', 8883, 'mqtts'],
    ],
  )
})

test('with a proxy only to the proxy, and to a log server that the settings name', () => {
  const proxy = { url: 'http://proxy.example:3128' }
  const logSink = { host: 'logs.example', port: 6514 }
  const targets = egressTargets({ server: SERVER, proxy, logSink })
  assert.deepEqual(
    targets.map(({ host, port }) => `${host}:${port}`),
    ['proxy.example:3128', 'logs.example:6514'],
  )
})

const rules = nftablesRules(
  egressTargets({ server: SERVER, proxy: undefined, logSink: undefined }),
  4242,
  ADDRESSES,
)
const mayIsolate = spawnSync('unshare', ['-n', 'true']).status === 0
const hasNft = mayIsolate && spawnSync('unshare', ['-n', 'nft', 'list', 'ruleset']).status === 0

test('nftables takes the rules, also a second time', { skip: !hasNft }, () => {
  execFileSync('unshare', ['-n', 'nft', '-c', '-f', '-'], { input: rules })
  const twice = 'nft -f - <<<"$RULES" && nft -f - <<<"$RULES" && nft -j list ruleset'
  const env = { ...process.env, RULES: rules }
  const listed = execFileSync('unshare', ['-n', 'bash', '-c', twice], { env, encoding: 'utf8' })
  assert.equal(listed.match(/\{"chain":/g)?.length, 1)
  assert.ok(listed.includes('192.0.2.7') && listed.includes('2001:db8::7'))
  const none = nftablesRules([], 4242, new Map())
  execFileSync('unshare', ['-n', 'nft', '-c', '-f', '-'], { input: none })
})

/** In a network of its own, where both addresses are one interface away and nobody answers. */
const REACH = `
ip link add near type veth peer name far && ip addr add 192.0.2.1/24 dev near && ip link set near up && ip link set far up && ip link set lo up || exit 77
nft -f - <<<"$RULES" || exit 77
try() { setpriv --reuid "$1" --clear-groups timeout 1.8 bash -c "exec 3<>/dev/tcp/$2/$3" 2>&1; echo "$1 $2 $3 $?"; }
try 4242 192.0.2.7 8443 & try 4242 192.0.2.7 22 & try 4242 192.0.2.8 8443 & try 4243 192.0.2.8 22 &
wait
`

test('the kernel lets the agent’s user go there and nowhere else, and others everywhere', {
  skip: !hasNft,
}, (t) => {
  const env = { ...process.env, RULES: rules }
  const { status, stdout } = spawnSync('unshare', ['-n', 'bash', '-c', REACH], {
    env,
    encoding: 'utf8',
  })
  if (status === 77) return t.skip('no interface can be made here')
  const ends = stdout
    .split('\n')
    .filter((line) => /^\d+ \S+ \d+ \d+$/.test(line))
    .sort()
  // 124: tried until the time was up, because nobody answers. 1: refused by the rule.
  assert.deepEqual(ends, [
    '4242 192.0.2.7 22 1',
    '4242 192.0.2.7 8443 124',
    '4242 192.0.2.8 8443 1',
    '4243 192.0.2.8 22 124',
  ])
})

test('what leaves by default is what updating safely needs, and nothing that finds faults', () => {
  const off = telemetryLines('minimal').filter(({ on }) => !on)
  assert.deepEqual(
    off.map(({ field }) => field),
    ['inventory.os', 'inventory.timeZone', 'owner.window'],
  )
  assert.ok(telemetryLines('diagnostic').every(({ on }) => on))
  for (const { purpose } of telemetryLines('minimal')) assert.ok(purpose.length > 5)
})

test('where a device is, as far as its clock says so, and when its owner sleeps is told of as something about a person', () => {
  for (const told of ['inventory.timeZone', 'owner.window']) {
    const line = telemetryLines('diagnostic').find(({ field }) => field === told)
    assert.equal(line?.personal, true)
  }
})

test('a claim, or a part of one, that the catalogue does not name is found', () => {
  const report = {
    ...{ seq: 1, shoeSize: 43, inventory: { agent: 'x', os: 'y', timeZone: 'UTC' } },
    owner: { optedOut: false, window: 'none' },
  }
  assert.deepEqual(uncatalogued(report, 'minimal'), [
    ...['shoeSize', 'inventory.os', 'inventory.timeZone', 'owner.window'],
  ])
  assert.deepEqual(uncatalogued(report, 'diagnostic'), ['shoeSize'])
})
