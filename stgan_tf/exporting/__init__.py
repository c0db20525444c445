"""Exports models as SavedModel and LiteRT files: conversion, verification and reports."""
