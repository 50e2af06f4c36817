/**
 * How a device leaves the factory and what a reset brings back (protocol §3.5): the target
 * `trust/factory-settings.json`, signed by the manufacturer. Everything in it is optional; what it
 * leaves out is {@link SECURE_DEFAULTS}, so that forgetting a setting never makes a device weaker
 * (CRA Annex I, Part I (2)(b)).
 */
import { Fields } from '../json/fields.ts'
import { isJsonObject, type Json } from '../json/json.ts'
import { parseJson } from '../json/parse-json.ts'
import {
  FACTORY_TEXT_MAX_CHARACTERS,
  LOG_RETENTION_MAX_DAYS,
  LOG_RETENTION_MIN_DAYS,
  TRUST_FILE_LENGTH_MAX_BYTES,
} from '../limits.ts'
import { readWeeklyHours, type WeeklyHours } from './weekly-hours.ts'

export type UpdateMode = 'automatic' | 'ask'

/** Local time of the device. */
export interface FactoryWindow extends WeeklyHours {
  /** IANA name, for example `Europe/Berlin`. */
  readonly timeZone: string
}

/** The classes of the activity log that can be off; a newer agent's are not known here. */
const LOG_CLASSES = ['security', 'access', 'configuration', 'data', 'update', 'diagnostic'] as const

/** The settings proper: each has a secure default. */
export interface FactoryDefaults {
  readonly updates: { readonly security: UpdateMode; readonly functionality: UpdateMode }
  /** Tells the owner about every update before it installs. */
  readonly notify: boolean
  readonly window: 'none' | FactoryWindow
  /** A fetched and verified update still waits for a yes. */
  readonly approvalAsLastStep: boolean
  readonly page: { readonly enabled: boolean; readonly localNetwork: boolean }
  /** Whether signed commands may reset or erase the device. */
  readonly remoteManagement: boolean
  readonly log: {
    readonly classesOff: readonly (typeof LOG_CLASSES)[number][]
    readonly retentionDays: number
  }
  /** `minimal`: what updating safely needs; `diagnostic` adds what helps to find a fault. */
  readonly telemetry: 'minimal' | 'diagnostic'
  /** Takes bundles from removable disks without being asked. */
  readonly usbBundles: boolean
  /** A factory reset throws away the device's key: it has to be enrolled again. */
  readonly resetRenewsIdentity: boolean
}

/** What the owner is shown; a device without them works as well. */
export interface FactoryFacts {
  readonly manufacturer?: {
    readonly name: string
    readonly contact?: string
    readonly url?: string
  }
  readonly model?: string
  /** `YYYY-MM`: the last month of security updates. */
  readonly supportEndsOn?: string
  /** Where somebody reports a vulnerability. */
  readonly securityContact?: string
}

export type FactorySettings = FactoryDefaults & FactoryFacts

/** Frozen deeply: whoever fell back to it must not be able to weaken it for the next one. */
export const SECURE_DEFAULTS: FactoryDefaults = deepFreeze({
  updates: { security: 'automatic', functionality: 'ask' },
  notify: true,
  window: 'none',
  approvalAsLastStep: false,
  page: { enabled: true, localNetwork: false },
  remoteManagement: false,
  log: { classesOff: [], retentionDays: 365 },
  telemetry: 'minimal',
  usbBundles: false,
  resetRenewsIdentity: false,
})

/** The bytes of `trust/factory-settings.json`. Throws TrustError FACTORY_SETTINGS_INVALID that names the field. */
export function parseFactorySettings(bytes: Uint8Array): FactorySettings {
  return factorySettingsFrom(parseJson(bytes, TRUST_FILE_LENGTH_MAX_BYTES))
}

export function factorySettingsFrom(json: Json): FactorySettings {
  const top = new Fields(json, 'FACTORY_SETTINGS_INVALID')
  const standard = SECURE_DEFAULTS
  const settings = {
    updates: section(top, 'updates', standard.updates, (fields, otherwise) => ({
      security: mode(fields, 'security', otherwise.security),
      functionality: mode(fields, 'functionality', otherwise.functionality),
    })),
    notify: flag(top, 'notify', standard.notify),
    window: top.has('window') ? parseWindow(top) : standard.window,
    approvalAsLastStep: flag(top, 'approvalAsLastStep', standard.approvalAsLastStep),
    page: section(top, 'page', standard.page, (fields, otherwise) => ({
      enabled: flag(fields, 'enabled', otherwise.enabled),
      localNetwork: flag(fields, 'localNetwork', otherwise.localNetwork),
    })),
    remoteManagement: flag(top, 'remoteManagement', standard.remoteManagement),
    log: section(top, 'log', standard.log, (fields, otherwise) => ({
      classesOff: fields.has('classesOff') ? parseClassesOff(fields) : otherwise.classesOff,
      retentionDays: fields.has('retentionDays')
        ? fields.integer('retentionDays', LOG_RETENTION_MIN_DAYS, LOG_RETENTION_MAX_DAYS)
        : otherwise.retentionDays,
    })),
    telemetry: top.has('telemetry')
      ? top.oneOf('telemetry', ['minimal', 'diagnostic'])
      : standard.telemetry,
    usbBundles: flag(top, 'usbBundles', standard.usbBundles),
    resetRenewsIdentity: flag(top, 'resetRenewsIdentity', standard.resetRenewsIdentity),
    ...parseFactoryFacts(top),
  }
  top.refuseOthers()
  return settings
}

function parseFactoryFacts(top: Fields): FactoryFacts {
  return {
    ...top.optional('manufacturer', (name) =>
      top.object(name, (fields) => {
        const manufacturer = {
          name: line(fields, 'name'),
          ...fields.optional('contact', (field) => line(fields, field)),
          ...fields.optional('url', (field) => fields.matching(field, isHttpsUrl, 'an https URL')),
        }
        fields.refuseOthers()
        return manufacturer
      }),
    ),
    ...top.optional('model', (name) => line(top, name)),
    ...top.optional('supportEndsOn', (name) => top.matching(name, isMonth, 'YYYY-MM')),
    ...top.optional('securityContact', (name) => line(top, name)),
  }
}

/** The field `window` of `top`. */
export function parseWindow(top: Fields): 'none' | FactoryWindow {
  if (!isJsonObject(top.raw('window'))) return top.oneOf<'none'>('window', ['none'])
  return top.object('window', (fields) => {
    const window = readWindow(fields)
    fields.refuseOthers()
    return window
  })
}

/** The fields of a window; the caller refuses others. */
export function readWindow(fields: Fields): FactoryWindow {
  return {
    ...readWeeklyHours(fields),
    timeZone: fields.matching('timeZone', isTimeZone, 'the IANA name of a time zone'),
  }
}

function parseClassesOff(fields: Fields): FactoryDefaults['log']['classesOff'] {
  const off = fields.list('classesOff', { max: LOG_CLASSES.length }, (items, index) =>
    items.oneOf(index, LOG_CLASSES),
  )
  fields.require(new Set(off).size === off.length, 'classesOff', 'each class once')
  return off
}

function section<Value>(
  top: Fields,
  name: string,
  otherwise: Value,
  read: (fields: Fields, otherwise: Value) => Value,
): Value {
  if (!top.has(name)) return otherwise
  return top.object(name, (fields) => {
    const value = read(fields, otherwise)
    fields.refuseOthers()
    return value
  })
}

function flag(fields: Fields, name: string, otherwise: boolean): boolean {
  return fields.has(name) ? fields.flag(name) : otherwise
}

function mode(fields: Fields, name: string, otherwise: UpdateMode): UpdateMode {
  return fields.has(name) ? fields.oneOf<UpdateMode>(name, ['automatic', 'ask']) : otherwise
}

/** One line: what is shown to an owner must not be able to look like a second one. */
function line(fields: Fields, name: string): string {
  const text = fields.prose(name, 1, FACTORY_TEXT_MAX_CHARACTERS)
  fields.require(
    !/\p{Cc}|\p{Cf}|\p{Zl}|\p{Zp}/u.test(text),
    name,
    'one line without control characters',
  )
  return text
}

function isHttpsUrl(text: unknown): text is string {
  return typeof text === 'string' && text.length <= 300 && URL.parse(text)?.protocol === 'https:'
}

function isMonth(text: unknown): text is string {
  return typeof text === 'string' && /^20\d{2}-(0[1-9]|1[0-2])$/.test(text)
}

function isTimeZone(text: unknown): text is string {
  if (typeof text !== 'string' || !/^[A-Za-z][A-Za-z0-9_+/-]{0,63}$/.test(text)) return false
  try {
    return new Intl.DateTimeFormat('en', { timeZone: text }) !== undefined
  } catch {
    return false
  }
}

function deepFreeze<Value extends object>(value: Value): Value {
  for (const part of Object.values(value)) {
    if (typeof part === 'object' && part !== null) deepFreeze(part)
  }
  return Object.freeze(value)
}
