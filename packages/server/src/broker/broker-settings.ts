/** The section `broker` of the settings: a broker that is not ours. */
import { z } from 'zod'
import { BROKER_KINDS, traitsOf } from './broker-kinds.ts'

const file = z.string().min(1)

export const brokerSettingsSchema = z
  .strictObject({
    url: z.string().regex(/^mqtts?:\/\//, 'must begin with mqtts:// or mqtt://'),
    kind: z.enum(BROKER_KINDS).default('other'),
    /** 4 is MQTT 3.1.1. The newest that the kind speaks, unless given. */
    version: z.union([z.literal(4), z.literal(5)]).optional(),
    caFile: file.optional(),
    certificateFile: file.optional(),
    keyFile: file.optional(),
    username: z.string().min(1).optional(),
    passwordFile: file.optional(),
    /** With what devices subscribe, where the broker's rules have to say so. */
    subscriptionQos: z.union([z.literal(0), z.literal(1)]).optional(),
    /** The broker's rules, written by the server at every change. */
    aclFile: file.optional(),
    /** Certificates that were revoked or replaced, beside the rules. */
    crlFile: file.optional(),
    /** Program and arguments that make the broker read them. */
    reloadCommand: z.tuple([z.string().min(1)], z.string()).optional(),
    /** Or the file with the number of its process, which gets SIGHUP. */
    reloadPidFile: file.optional(),
  })
  .superRefine((broker, context) => {
    const refuse = (name: string, message: string) =>
      context.addIssue({ code: 'custom', path: [name], message })
    const { kind, version, aclFile, crlFile, reloadCommand, reloadPidFile } = broker
    if (version !== undefined && !traitsOf(kind).versions.includes(version)) {
      refuse('version', `${kind} does not speak it; leave it out`)
    }
    if (aclFile !== undefined && kind === 'other') {
      refuse('aclFile', 'needs broker.kind: the file looks different for each')
    }
    if (crlFile !== undefined && kind !== 'mosquitto') {
      refuse('crlFile', 'is for Mosquitto alone')
    }
    if (crlFile !== undefined && aclFile === undefined) refuse('crlFile', 'needs broker.aclFile')
    if ((reloadCommand ?? reloadPidFile) !== undefined && aclFile === undefined) {
      refuse('aclFile', 'is missing: there is nothing to read again')
    }
    if (reloadCommand !== undefined && reloadPidFile !== undefined) {
      refuse('reloadPidFile', 'cannot stand beside broker.reloadCommand')
    }
  })

export type BrokerSettings = z.output<typeof brokerSettingsSchema>
