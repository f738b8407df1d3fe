/** What the kernel said beside the error number (include/uapi/linux/netlink.h, enum nlmsgerr_attrs). */
export interface ExtAck {
  /** NLMSGERR_ATTR_MSG: the kernel's own words. */
  readonly message?: string
  /** NLMSGERR_ATTR_OFFS: byte offset, from the start of the request's nlmsghdr, of the attribute at fault. */
  readonly offset?: number
  /** NLMSGERR_ATTR_MISS_TYPE: type of the attribute that is missing. */
  readonly missingType?: number
  /** NLMSGERR_ATTR_MISS_NEST: offset of the nest in which it is missing; absent for the message itself. */
  readonly missingNest?: number
  /** NLMSGERR_ATTR_POLICY: what the kernel would have accepted. */
  readonly policy?: ExtAckPolicy
  /** NLMSGERR_ATTR_COOKIE: opaque bytes for the next try. */
  readonly cookie?: Uint8Array
}

/** The limits of an attribute as the kernel knows them (enum netlink_policy_type_attr). */
export interface ExtAckPolicy {
  readonly type?: number
  readonly minValue?: bigint
  readonly maxValue?: bigint
  readonly minLength?: number
  readonly maxLength?: number
  readonly mask?: bigint
}
