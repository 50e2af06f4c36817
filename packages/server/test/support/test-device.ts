/** A device as the server meets it: a key, a certificate, HTTPS and MQTT. It checks nothing for itself. */
import { createHash, randomBytes, webcrypto } from 'node:crypto'
import { type EventEmitter, once } from 'node:events'
import type { IncomingHttpHeaders } from 'node:http'
import { request } from 'node:https'
import { type Report, signReport, tokenDigest } from '@fleetward/shared'
import { connect, type IClientOptions, type MqttClient } from 'mqtt'
import { type Clock, type Edge, secondsOf } from '../../src/ports.ts'
import { ECDSA_SHA256, generateP256, x509 } from '../../src/tls/x509.ts'
import { type Ending, PRODUCT } from './edge-under-test.ts'

/** What a device needs of a server; EdgeUnderTest has it. */
export interface EdgeAtHand {
  readonly edge: Pick<Edge, 'ports' | 'anchors'>
  readonly clock: Clock
  token(wanted: object, product: string): Promise<string>
}

export interface HttpsAnswer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly bytes: Buffer
  readonly text: string
  // biome-ignore lint/suspicious/noExplicitAny: answers are compared, not computed with
  readonly json: any
}

export interface Call {
  readonly method?: string
  readonly headers?: Record<string, string>
  readonly body?: string | Buffer
  readonly key?: string | undefined
  readonly cert?: string | undefined
}

export async function https(
  edge: EdgeAtHand,
  listener: 'public' | 'device',
  path: string,
  { method = 'GET', headers = {}, body, key, cert }: Call = {},
): Promise<HttpsAnswer> {
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        ...{ host: '127.0.0.1', port: edge.edge.ports[listener], path, method },
        ...{ ca: edge.edge.anchors.serverCaPem, key, cert, agent: false },
        headers:
          body === undefined ? headers : { 'content-length': Buffer.byteLength(body), ...headers },
      },
      (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('error', reject)
        response.on('end', () => {
          const bytes = Buffer.concat(chunks)
          const isJson = (response.headers['content-type'] ?? '').includes('json')
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            bytes,
            text: bytes.toString('utf8'),
            json: isJson ? JSON.parse(bytes.toString('utf8')) : undefined,
          })
        })
      },
    )
    sent.on('error', reject)
    sent.end(body)
  })
}

export async function keyPem(pair: webcrypto.CryptoKeyPair): Promise<string> {
  const der = await webcrypto.subtle.exportKey('pkcs8', pair.privateKey)
  return x509.PemConverter.encode(der, 'PRIVATE KEY')
}

/** PKCS#10 in base64. */
export async function certificateRequest(
  subject: string,
  keys: webcrypto.CryptoKeyPair,
): Promise<string> {
  const made = await x509.Pkcs10CertificateRequestGenerator.create({
    name: subject,
    keys,
    signingAlgorithm: ECDSA_SHA256,
  })
  return Buffer.from(made.rawData).toString('base64')
}

export function enrol(
  edge: EdgeAtHand,
  device: string,
  token: string,
  body: string,
  headers: Record<string, string> = {},
): Promise<HttpsAnswer> {
  return https(edge, 'public', '/.well-known/est/simpleenroll', {
    method: 'POST',
    headers: {
      authorization: `Basic ${Buffer.from(`${device}:${token}`).toString('base64')}`,
      'content-type': 'application/pkcs10',
      ...headers,
    },
    body,
  })
}

/** The one certificate in a certs-only answer. */
export function certificateIn({ text }: HttpsAnswer): string {
  const [certificate, ...others] = new x509.X509Certificates(Buffer.from(text, 'base64'))
  if (certificate === undefined || others.length > 0) throw new Error('not one certificate')
  return certificate.toString('pem')
}

export class TestDevice {
  readonly edge: EdgeAtHand
  readonly id: string
  readonly product: string
  keys: webcrypto.CryptoKeyPair
  key: string
  certificate: string
  seq = 0
  prev = ''
  readonly clients: MqttClient[] = []

  private constructor(
    edge: EdgeAtHand,
    id: string,
    product: string,
    keys: webcrypto.CryptoKeyPair,
    key: string,
    certificate: string,
  ) {
    this.edge = edge
    this.id = id
    this.product = product
    this.keys = keys
    this.key = key
    this.certificate = certificate
  }

  static async enrolled(
    t: Ending,
    edge: EdgeAtHand,
    id: string,
    { product = PRODUCT, cohort = 'everyone' } = {},
  ): Promise<TestDevice> {
    const keys = await generateP256()
    const token = await edge.token({ cohort, device: id }, product)
    const answer = await enrol(edge, id, token, await certificateRequest(`CN=${id}`, keys))
    if (answer.status !== 200) throw new Error(answer.text)
    const device = new TestDevice(
      edge,
      id,
      product,
      keys,
      await keyPem(keys),
      certificateIn(answer),
    )
    t.after(() => device.leave())
    return device
  }

  https(path: string, call: Call = {}): Promise<HttpsAnswer> {
    return https(this.edge, 'device', path, { key: this.key, cert: this.certificate, ...call })
  }

  /** Connects, or rejects with what the broker or TLS said; never tries twice. */
  async mqtt(options: IClientOptions = {}): Promise<MqttClient> {
    const client = connect(`mqtts://127.0.0.1:${this.edge.edge.ports.mqtt}`, {
      ...{ clientId: this.id, clean: true, protocolVersion: 4, reconnectPeriod: 0 },
      ...{ ca: this.edge.edge.anchors.serverCaPem, key: this.key, cert: this.certificate },
      ...options,
    })
    this.clients.push(client)
    return new Promise((resolve, reject) => {
      client.once('connect', () => resolve(client))
      client.once('error', reject)
      client.once('close', () => reject(new Error('closed before CONNACK')))
    })
  }

  async leave(): Promise<void> {
    for (const client of this.clients.splice(0)) await client.endAsync(true)
  }

  /** The next report of the chain, or another one if `claims` says so. */
  async report(claims: Partial<Report> = {}, keys = this.keys): Promise<string> {
    this.seq += 1
    const token = await signReport(
      {
        iss: `urn:fleetward:${this.product}:${this.id}`,
        aud: `fleetward:${this.product}:server`,
        iat: secondsOf(this.edge.clock),
        seq: this.seq,
        prev: this.prev,
        state: 'idle',
        version: '1.4.2',
        securityCounter: 1,
        owner: { automaticSecurity: true, automaticFunctionality: false, optedOut: false },
        metadata: { root: 1, timestamp: 1, snapshot: 1, targets: 1 },
        nonce: randomBytes(8).toString('hex'),
        ...claims,
      },
      keys.privateKey,
    )
    this.prev = tokenDigest(token)
    return token
  }

  post(token: string): Promise<HttpsAnswer> {
    const headers = { 'content-type': 'text/plain' }
    return this.https('/devices/self/reports', { method: 'POST', headers, body: token })
  }
}

export const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

/** The arguments of the client's next event of this name; mqtt.js types its emitter in its own way. */
// biome-ignore lint/suspicious/noExplicitAny: as node:events has it
export function next(client: MqttClient, event: 'close' | 'message'): Promise<any[]> {
  return once(client as unknown as EventEmitter, event)
}
