# SPDX-License-Identifier: MIT
{
  lib,
  stdenv,
  autoreconfHook,
  pkg-config,
  elfutils,
  ncurses,
  util-linux,
}:

stdenv.mkDerivation {
  pname = "valimit";
  version = "0.1.0";
  src = lib.cleanSource ../..;

  outputs = [
    "out"
    "dev"
    "man"
  ];
  nativeBuildInputs = [
    autoreconfHook
    pkg-config
  ];
  buildInputs = [
    elfutils
    ncurses
    util-linux
  ];
  # autoreconf copies macros there.
  preAutoreconf = "mkdir -p m4";
  configureFlags = [ "--with-ncurses" ];
  enableParallelBuilding = true;

  meta = {
    description = "Run programs in a window of virtual addresses";
    license = lib.licenses.mit;
    mainProgram = "vactl";
    platforms = [
      "x86_64-linux"
      "aarch64-linux"
      "riscv64-linux"
    ];
  };
}
