/**
 * Every bound on what comes from outside, in one place (docs/protocol.md §2.4). Units are in the
 * names. Raising one is a change of the protocol; lowering one can lock out devices in the field.
 */

const KIB = 1024
const MIB = 1024 * KIB

/** TUF metadata, per file. Against endless data. python-tuf's defaults are larger (512 KB root). */
export const ROOT_LENGTH_MAX_BYTES = 64 * KIB
export const TIMESTAMP_LENGTH_MAX_BYTES = 4 * KIB
export const SNAPSHOT_LENGTH_MAX_BYTES = 64 * KIB
export const TARGETS_LENGTH_MAX_BYTES = 256 * KIB

/** Roots that may follow each other in one refresh (TUF 5.3.3, python-tuf's default). */
export const ROOT_ROTATIONS_MAX_COUNT = 256
/** Delegated roles visited while looking for one target file (TUF 5.6.7.1, python-tuf's default). */
export const DELEGATIONS_MAX_COUNT = 32
export const KEYS_MAX_COUNT = 64
export const SIGNATURES_MAX_COUNT = 64

export const JSON_DEPTH_MAX = 16
export const JSON_NODES_MAX_COUNT = 20_000

/** Messages between the parties, as they stand on the wire. */
export const MANIFEST_LENGTH_MAX_BYTES = 8 * KIB
export const COMMAND_LENGTH_MAX_BYTES = 4 * KIB
export const REPORT_LENGTH_MAX_BYTES = 8 * KIB
export const PRESENCE_LENGTH_MAX_BYTES = 256
/** Largest MQTT packet either side accepts: the largest message, its topic and header. */
export const MQTT_PACKET_MAX_BYTES = 16 * KIB

export const OFFERS_MAX_COUNT = 4
export const NOTICE_SUMMARY_MAX_BYTES = 400
export const NOTICE_URL_MAX_BYTES = 300
export const NOTICE_ADVISORIES_MAX_COUNT = 10
export const ADVISORY_ID_MAX_BYTES = 64
export const SALT_MAX_BYTES = 64
/** Longest postponement, spread or pause that makes sense in a message: ten years. */
export const POLICY_DURATION_MAX_SECONDS = 10 * 365 * 86_400

/** How long a manifest is valid, how often the server signs it anew; a command's validity. */
export const MANIFEST_LIFETIME_SECONDS = 24 * 3600
export const MANIFEST_RENEWAL_SECONDS = 6 * 3600
export const COMMAND_LIFETIME_SECONDS = 600
/**
 * How far a sequence number may be above the time in seconds. Without a bound, one message of a director that was
 * taken over takes the largest number there is, and the device refuses every honest one for ever.
 */
export const SEQUENCE_LEAD_MAX = 86_400
/** How long a bundle can be applied after it was made (docs/protocol.md §14): a stick lies in a drawer. */
export const BUNDLE_LIFETIME_SECONDS = 30 * 86_400
/** Its root chain, other metadata, files under trust/, chunk list and artifact. */
export const BUNDLE_FILES_MAX_COUNT = 300
export const BUNDLE_INDEX_MAX_BYTES = 128 * KIB
/** How far two clocks may disagree before a message counts as from the future. */
export const CLOCK_TOLERANCE_SECONDS = 300
/** The same for reports: a device in the wrong time zone is to be seen, not silenced. */
export const REPORT_CLOCK_TOLERANCE_SECONDS = 86_400

/** Metadata lifetimes as we sign them (docs/protocol.md §3.4). */
export const ROOT_LIFETIME_SECONDS = 365 * 86_400
export const TARGETS_LIFETIME_SECONDS = 120 * 86_400
export const SNAPSHOT_LIFETIME_SECONDS = 7 * 86_400
export const TIMESTAMP_LIFETIME_SECONDS = 3 * 86_400

/** Releases, `custom.fleetward` (docs/protocol.md §4.2). */
export const RELEASE_PATH_MAX_BYTES = 200
export const COMPATIBLE_MAX_COUNT = 16
export const COMPATIBLE_MAX_BYTES = 100
export const FIXES_MAX_COUNT = 200
export const ADVISORIES_MAX_COUNT = 50
export const NOTES_MAX_CHARACTERS = 2000
export const COMBINED_REASON_MAX_CHARACTERS = 2000

/** Artifacts. 64 GiB is ours: larger than any flash we know of, far below 2^53. */
export const ARTIFACT_LENGTH_MAX_BYTES = 64 * KIB * MIB
export const ARTIFACT_FILES_MAX_COUNT = 50_000
export const ARTIFACT_LISTING_MAX_BYTES = 8 * MIB
/** Of the parsed listing: one for each file and each of its four fields, and some for the rest. */
export const ARTIFACT_LISTING_NODES_MAX_COUNT = 5 * ARTIFACT_FILES_MAX_COUNT + 200
export const ARTIFACT_NAME_MAX_BYTES = 255
/** `start` and `selfTest` of a slot listing. */
export const COMMAND_WORDS_MAX_COUNT = 32
export const COMMAND_WORD_MAX_BYTES = 1024
export const CHUNK_SIZE_DEFAULT_BYTES = MIB
export const CHUNK_SIZE_MIN_BYTES = 64 * KIB
export const CHUNK_SIZE_MAX_BYTES = 8 * MIB
export const CHUNK_LIST_LENGTH_MAX_BYTES = 8 * MIB
/** As many digests as fit in a chunk list. */
export const CHUNK_LIST_NODES_MAX_COUNT = CHUNK_LIST_LENGTH_MAX_BYTES / 64
export const SBOM_LENGTH_MAX_BYTES = 16 * MIB
/** Files under trust/: key sets, certificates, factory settings. */
export const TRUST_FILE_LENGTH_MAX_BYTES = 64 * KIB

/** A name, an address: one line in factory settings. */
export const FACTORY_TEXT_MAX_CHARACTERS = 200
/** How long a device may keep its activity log: a week tells little, ten years is its life. */
export const LOG_RETENTION_MIN_DAYS = 7
export const LOG_RETENTION_MAX_DAYS = 3650

/** Reports a device keeps for a server that is away; the oldest refusals go first. */
export const OUTBOX_MAX_COUNT = 200
/** Keeps the agent's record inside the space that was set aside for it when the disk had some. */
export const OUTBOX_MAX_BYTES = 160 * KIB
/** Audiences (cohorts it was in, itself) and releases a device remembers. */
export const AUDIENCES_MAX_COUNT = 8
export const FIRST_NOTICES_MAX_COUNT = 32
/** Failed offers a device remembers (docs/protocol.md §5.4). */
export const FAILED_OFFERS_MAX_COUNT = 32
export const INVENTORY_MAX_BYTES = 2 * KIB
export const INVENTORY_MAX_COUNT = 64
/** Facts of a report, as JSON: with the inventory and all else a token stays below its 8 KiB. */
export const FACTS_MAX_BYTES = KIB
export const FACT_TEXT_MAX_BYTES = 200

/** Requests to the server. */
export const REQUEST_BODY_MAX_BYTES = 64 * KIB
export const ENROLMENT_REQUEST_MAX_BYTES = 8 * KIB
