# Which slot boots, counted in U-Boot's environment. Build it with
#   mkimage -A arm64 -T script -C none -d u-boot.cmd boot.scr
# Yours to change: the root devices, and how kernel and device tree are loaded from the slot.

test -n "${BOOT_ORDER}" || setenv BOOT_ORDER A
test -n "${BOOT_A_LEFT}" || setenv BOOT_A_LEFT 3
test -n "${BOOT_B_LEFT}" || setenv BOOT_B_LEFT 0

setenv boot_slot
for slot in ${BOOT_ORDER}; do
  if test -n "${boot_slot}"; then
    true
  elif test "x${slot}" = "xA"; then
    if test ${BOOT_A_LEFT} -gt 0; then
      setexpr BOOT_A_LEFT ${BOOT_A_LEFT} - 1
      setenv boot_slot A
      setenv boot_root /dev/mmcblk0p2
    fi
  elif test "x${slot}" = "xB"; then
    if test ${BOOT_B_LEFT} -gt 0; then
      setexpr BOOT_B_LEFT ${BOOT_B_LEFT} - 1
      setenv boot_slot B
      setenv boot_root /dev/mmcblk0p3
    fi
  fi
done

if test -z "${boot_slot}"; then
  # Every try is used up. The last slot of the order is the permanent one: it gets its tries back.
  for slot in ${BOOT_ORDER}; do true; done
  if test "x${slot}" = "xB"; then setenv BOOT_B_LEFT 3; else setenv BOOT_A_LEFT 3; fi
  saveenv
  reset
fi

# Before the slot runs: one that hangs does not get its try back.
saveenv
setenv bootargs "${bootargs} root=${boot_root} ro rootwait panic=10 fleetward.slot=${boot_slot}"
run boot_from_slot
