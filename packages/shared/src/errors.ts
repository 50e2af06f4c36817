/**
 * Every failure the protocol can end in. The class says who has to act, the code says what
 * happened, the facts say what was expected and what was seen. Codes are never renamed;
 * docs/protocol.md §13 lists them with the next step for a person.
 */

export type Facts = Readonly<Record<string, string | number | boolean>>

/** What was offered must not be used. The same bytes will never become acceptable. */
export type TrustCode =
  // JSON, before anything is believed (protocol §2.3)
  | 'JSON_INVALID'
  | 'JSON_DUPLICATE_KEY'
  | 'JSON_LIMIT_EXCEEDED'
  // TUF metadata (protocol §3)
  | 'METADATA_INVALID' // not the shape of its role, TUF 4
  | 'METADATA_EXPIRED' // TUF 5.3.10, 5.4.4, 5.5.6, 5.6.5: freeze attack
  | 'KEY_INVALID' // a key that must not be used, TUF 4.2
  | 'THRESHOLD_NOT_MET' // TUF 5.3.4, 5.4.2, 5.5.3, 5.6.3
  | 'VERSION_DECREASED' // TUF 5.4.3, 5.5.5: rollback attack
  | 'VERSION_MISMATCH' // TUF 5.3.5, 5.5.4, 5.6.4: not the version that was announced
  | 'ROLE_MISSING' // TUF 5.5.5: a role vanished from, or is not in, the snapshot
  | 'DELEGATIONS_EXCEEDED' // TUF 5.6.7.1
  | 'TARGET_NOT_FOUND' // TUF 5.7.2: no trusted role lists it
  | 'DIGEST_MISMATCH' // TUF 5.5.2, 5.6.2, 5.7.3; a chunk, a file of an artifact
  | 'LENGTH_MISMATCH'
  | 'LENGTH_EXCEEDED' // endless data
  // Releases (protocol §4)
  | 'RELEASE_INVALID'
  | 'RELEASE_FOR_OTHER_PRODUCT'
  | 'RELEASE_INCOMPATIBLE'
  | 'RELEASE_NEEDS_NEWER_VERSION' // custom.fleetward.minimumVersion
  | 'RELEASE_FORMAT_UNSUPPORTED'
  | 'SECURITY_COUNTER_DECREASED'
  | 'CHUNK_LIST_INVALID'
  | 'ARTIFACT_INVALID' // not a well-formed archive
  | 'ARTIFACT_ENTRY_FORBIDDEN' // a name or a kind of file that never belongs into a slot
  | 'ARTIFACT_ENTRY_NOT_LISTED'
  | 'ARTIFACT_ENTRY_MISSING'
  // Messages between the parties (protocol §5 to §7)
  | 'TOKEN_INVALID'
  | 'TOKEN_TOO_LONG'
  | 'TOKEN_ALGORITHM_FORBIDDEN'
  | 'TOKEN_KEY_UNKNOWN'
  | 'TOKEN_SIGNATURE_INVALID'
  | 'TOKEN_TYPE_WRONG'
  | 'TOKEN_ISSUER_WRONG'
  | 'TOKEN_AUDIENCE_WRONG'
  | 'TOKEN_EXPIRED'
  | 'TOKEN_NOT_YET_VALID'
  | 'SEQUENCE_REPLAYED'
  | 'SEQUENCE_CONFLICT' // the same sequence number with other bytes
  | 'MANIFEST_INVALID'
  | 'MANIFEST_OVERRIDES_RELEASE'
  | 'COMMAND_INVALID'
  | 'COMMAND_NONCE_WRONG'
  | 'REPORT_INVALID'
  | 'BUNDLE_INVALID' // not a well-formed offline bundle (protocol §14)
  | 'FACTORY_SETTINGS_INVALID' // trust/factory-settings.json (protocol §3.5)
  | 'DOSSIER_INVALID' // the manifest of a dossier (docs/dossier.md)

/** The bytes did not arrive. Trying again later can help. */
export type TransferCode =
  | 'SERVER_UNREACHABLE'
  | 'SERVER_REFUSED' // an HTTP status other than the expected one
  | 'NOT_FOUND' // 404; ends the walk along the root chain, TUF 5.3.3
  | 'TRANSFER_CUT_OFF'
  | 'TRANSFER_TOO_SLOW'
  | 'INSTALLER_UNREACHABLE' // the agent's privileged process

/** The device cannot. The update fails and the old slot goes on. */
export type DeviceCode =
  | 'DISK_FULL'
  | 'DISK_FAILED'
  | 'STATE_CORRUPT'
  | 'SLOT_WRITE_FAILED'
  | 'INSTALLER_FAILED' // the agent's privileged process met what nobody foresaw
  | 'RAUC_FAILED'
  | 'MODULE_FAILED' // an update module, see docs/integrating/update-modules.md
  | 'BOOTLOADER_FAILED' // its variables cannot be read, or not be written
  | 'REBOOT_FAILED'
  | 'SELF_TEST_FAILED'
  | 'TRIAL_TIMED_OUT'
  | 'PRODUCT_CRASHED'
  | 'NEW_SLOT_DID_NOT_STAY'
  | 'RELEASE_WITHDRAWN'
  | 'SLOT_CORRUPT' // what runs is no longer what was installed
  | 'AGENT_CORRUPT' // the agent's own files are not those of its version
  | 'CONFIGURATION_DRIFT' // edited outside the tool; it counts from then on
  | 'LOG_ALTERED' // the activity log does not lead on from what was told of it
  | 'COMMAND_NOT_SUPPORTED'
  | 'NOT_ALLOWED' // by the owner, to whom it is left

/** Whoever asked a device's local API has to act: the request cannot be met as it was made. */
export type RequestCode =
  | 'REQUEST_INVALID'
  | 'NOT_FOUND_HERE'
  | 'NOTHING_TO_INSTALL'
  | 'UPDATE_UNDER_WAY'
  | 'POSTPONEMENT_EXHAUSTED'
  | 'WINDOW_INVALID'
  | 'CONFIRMATION_WRONG'
  | 'NOT_ALLOWED'
  | 'NOT_PAIRED'
  | 'PAIRING_CODE_WRONG'
  | 'HOST_REFUSED' // by a name that is not the device's: DNS rebinding
  | 'ORIGIN_REFUSED' // from another page
  | 'TOO_MANY_TRIES'
  | 'ARCHIVE_INVALID'
  | 'PASSPHRASE_WRONG'
  | 'RELEASE_NOT_VERIFIED'

abstract class CodedError<Code extends string> extends Error {
  readonly code: Code
  readonly facts: Facts

  constructor(code: Code, facts: Facts = {}, options?: { cause?: unknown }) {
    super(`${code} ${JSON.stringify(facts)}`, options)
    this.code = code
    this.facts = facts
  }
}

export class TrustError extends CodedError<TrustCode> {
  override readonly name = 'TrustError'
}

export class TransferError extends CodedError<TransferCode> {
  override readonly name = 'TransferError'
}

export class DeviceError extends CodedError<DeviceCode> {
  override readonly name = 'DeviceError'
}

export class RequestError extends CodedError<RequestCode> {
  override readonly name = 'RequestError'
}

/** The code and the facts of whatever was thrown, for a report; undefined means a bug of ours. */
export function codeOf(
  error: unknown,
): { code: TrustCode | TransferCode | DeviceCode; facts: Facts } | undefined {
  if (
    error instanceof TrustError ||
    error instanceof TransferError ||
    error instanceof DeviceError
  ) {
    return { code: error.code, facts: error.facts }
  }
  return undefined
}
